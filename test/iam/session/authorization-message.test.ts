import { ListUsersCommand, PutUserPolicyCommand } from "@aws-sdk/client-iam";
import { AssumeRoleCommand, DecodeAuthorizationMessageCommand } from "@aws-sdk/client-sts";
import { encodeAuthorizationMessage } from "@portcullis/iam/authorization-message";
import { compilePolicy, parsePolicy } from "@portcullis/policy";
import { describe, expect, it } from "vitest";
import { decodeAuthorizationMessage } from "../../../packages/iam/src/sealing/decode-authorization-message.ts";
import { memoryKeyRing } from "../../support/memory-key-ring.ts";
import { ACCOUNT, allow, refusal, stsInstallation } from "../../support/sts-installation.ts";

const here = stsInstallation();

/** The encoded message that a refusal carries. */
async function encodedOf(answer: Promise<unknown>): Promise<string> {
  try {
    await answer;
  } catch (error) {
    const { EncodedAuthorizationMessage: encoded } = error as {
      EncodedAuthorizationMessage?: string;
    };
    if (encoded) return encoded;
    throw error;
  }
  throw new Error("it was not refused");
}
const decode = async (EncodedMessage: string, credentials = here.root()) => {
  const { DecodedMessage } = await here
    .sts(credentials)
    .send(new DecodeAuthorizationMessageCommand({ EncodedMessage }));
  return JSON.parse(DecodedMessage ?? "");
};

describe("DecodeAuthorizationMessage", () => {
  it("explains a denial of the control API to callers who may decode it, and to no others", async () => {
    const user = await here.user("ann");
    const encoded = await encodedOf(here.iam(user).send(new ListUsersCommand({})));
    const denied = await refusal(
      here.sts(user).send(new DecodeAuthorizationMessageCommand({ EncodedMessage: encoded })),
    );
    expect(denied).toMatchObject({
      code: "AccessDenied",
      message: `User: arn:aws:iam::${ACCOUNT}:user/ann is not authorized to perform: sts:DecodeAuthorizationMessage because no identity-based policy allows the sts:DecodeAuthorizationMessage action`,
    });
    const decoded = await decode(encoded);
    expect(decoded).toMatchObject({
      allowed: false,
      explicitDeny: false,
      matchedStatements: { items: [] },
      failures: { items: [expect.anything()] },
      context: {
        principal: {
          id: expect.stringMatching(/^AIDA/),
          name: "ann",
          arn: `arn:aws:iam::${ACCOUNT}:user/ann`,
        },
        action: "iam:ListUsers",
        resource: `arn:aws:iam::${ACCOUNT}:user/`,
      },
    });
    const keys = decoded.context.conditions.items.map(({ key }: { key: string }) => key);
    expect(keys).toContain("aws:sourceip");
    const helper = await here.user("helper", allow("sts:DecodeAuthorizationMessage"));
    expect(await decode(encoded, helper)).toEqual(decoded);
  });

  it("names the statement of an explicit deny, and what a role's trust refused", async () => {
    const document = {
      Version: "2012-10-17",
      Statement: [
        {
          Sid: "NoLists",
          Effect: "Deny",
          Action: "iam:List*",
          Resource: "*",
          Condition: { StringEquals: { "aws:username": "bob" } },
        },
      ],
    };
    const user = await here.user("bob", allow("*"));
    await here.iam().send(
      new PutUserPolicyCommand({
        UserName: "bob",
        PolicyName: "denying",
        PolicyDocument: JSON.stringify(document),
      }),
    );
    const decoded = await decode(await encodedOf(here.iam(user).send(new ListUsersCommand({}))));
    expect(decoded).toMatchObject({
      explicitDeny: true,
      matchedStatements: {
        items: [
          {
            statementId: "NoLists",
            effect: "DENY",
            actions: { items: [{ value: "iam:List*" }] },
            resources: { items: [{ value: "*" }] },
            conditions: { items: [{ key: "aws:username", values: { items: [{ value: "bob" }] } }] },
            sourcePolicyId: "denying",
          },
        ],
      },
    });
    const RoleArn = `arn:aws:iam::${ACCOUNT}:role/nobody-home`;
    const role = await decode(
      await encodedOf(
        here.sts(user).send(new AssumeRoleCommand({ RoleArn, RoleSessionName: "s1" })),
      ),
    );
    expect(role).toMatchObject({
      explicitDeny: false,
      context: { action: "sts:AssumeRole", resource: RoleArn },
    });
  });

  it("refuses what is not its own: altered, cut, made up, too long", async () => {
    const user = await here.user("cyd");
    const encoded = await encodedOf(here.iam(user).send(new ListUsersCommand({})));
    const bad = [
      encoded.slice(1),
      encoded.slice(0, -1),
      `${encoded}A`,
      encoded.replace(/.$/, (last) => (last === "A" ? "B" : "A")),
      "abc",
      "A".repeat(10_240),
    ];
    for (const EncodedMessage of bad) {
      expect(
        await refusal(here.sts().send(new DecodeAuthorizationMessageCommand({ EncodedMessage }))),
      ).toEqual({
        code: "InvalidAuthorizationMessageException",
        status: 400,
        message: "The specified authorization message is invalid.",
      });
    }
    expect(
      (
        await refusal(
          here
            .sts()
            .send(new DecodeAuthorizationMessageCommand({ EncodedMessage: "A".repeat(10_241) })),
        )
      ).code,
    ).toBe("ValidationError");
  });

  it("opens in its own account only, and fits for all policies", () => {
    const sealer = memoryKeyRing();
    const long = {
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Deny",
          Action: Array.from(
            { length: 300 },
            (_, index) => `s3:${index}${Math.random().toString(36).slice(2)}`,
          ).concat("iam:ListUsers"),
          Resource: "*",
        },
      ],
    };
    const parsed = parsePolicy(JSON.stringify(long), "identity");
    if (!parsed.ok) throw new Error("the policy is not valid");
    const refused = {
      request: {
        principal: {
          type: "Root" as const,
          account: ACCOUNT,
          arn: `arn:aws:iam::${ACCOUNT}:root`,
          userId: ACCOUNT,
        },
        action: "iam:ListUsers",
        resource: "*",
        policies: {
          identity: [compilePolicy(parsed.policy, { policyId: "p", type: "identity-based" })],
        },
      },
      decision: {
        outcome: "explicitDeny" as const,
        deniedBy: "identity-based" as const,
        statements: [{ policyId: "p", policyType: "identity-based" as const, index: 0 }],
      },
      account: ACCOUNT,
      conditions: Array.from(
        { length: 100 },
        (_, index) => [`k${index}`, Math.random().toString(36).repeat(20)] as const,
      ),
    };
    const encoded = encodeAuthorizationMessage(sealer, refused);
    expect(encoded.length).toBeLessThanOrEqual(10_240);
    expect(JSON.parse(decodeAuthorizationMessage(sealer, ACCOUNT, encoded))).toMatchObject({
      explicitDeny: true,
      matchedStatements: { items: [{ effect: "DENY" }] },
    });
    expect(() => decodeAuthorizationMessage(sealer, "200000000000", encoded)).toThrow();
    expect(() => decodeAuthorizationMessage(memoryKeyRing(), ACCOUNT, encoded)).toThrow();
  });
});
