import { createHash } from "node:crypto";
import * as sdk from "@aws-sdk/client-iam";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startInstallation, type TestInstallation } from "../../support/harness.ts";
import { policy, refusal } from "../../support/refusal.ts";
import { withHeader } from "../../support/with-header.ts";

let test: TestInstallation;
let iam: sdk.IAMClient;
beforeAll(async () => {
  test = await startInstallation();
  ({ iam } = test);
  await iam.send(new sdk.CreateUserCommand({ UserName: "ann" }));
  await iam.send(new sdk.CreateGroupCommand({ GroupName: "crew" }));
  await iam.send(
    new sdk.CreateRoleCommand({ RoleName: "worker", AssumeRolePolicyDocument: trust("ann") }),
  );
});
afterAll(() => test.stop());

const user = (name: string) => `arn:aws:iam::${test.account}:user/${name}`;
const trust = (name: string) =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: { Effect: "Allow", Principal: { AWS: user(name) }, Action: "sts:AssumeRole" },
  });
const hash = (document: string) => createHash("sha256").update(document).digest("hex");
/** A client that replaces only the document that it knows. */
const knowing = (document: string, tag = hash(document)) =>
  withHeader(test.iamAs(test.root), "if-match", tag);

const CONFLICT = {
  code: "ConcurrentModification",
  status: 409,
  message:
    "The request was rejected because multiple requests to change this object were submitted simultaneously. Wait a few minutes and submit your request again.",
};
const [FIRST, SECOND, THIRD] = [
  policy("Allow", "s3:*"),
  policy("Allow", "sqs:*"),
  policy("Deny", "*"),
];

describe("inline policies", () => {
  const kinds = {
    user: {
      put: (client: sdk.IAMClient, PolicyDocument: string) =>
        client.send(
          new sdk.PutUserPolicyCommand({ UserName: "ann", PolicyName: "own", PolicyDocument }),
        ),
      get: () => iam.send(new sdk.GetUserPolicyCommand({ UserName: "ann", PolicyName: "own" })),
    },
    group: {
      put: (client: sdk.IAMClient, PolicyDocument: string) =>
        client.send(
          new sdk.PutGroupPolicyCommand({ GroupName: "crew", PolicyName: "own", PolicyDocument }),
        ),
      get: () => iam.send(new sdk.GetGroupPolicyCommand({ GroupName: "crew", PolicyName: "own" })),
    },
    role: {
      put: (client: sdk.IAMClient, PolicyDocument: string) =>
        client.send(
          new sdk.PutRolePolicyCommand({ RoleName: "worker", PolicyName: "own", PolicyDocument }),
        ),
      get: () => iam.send(new sdk.GetRolePolicyCommand({ RoleName: "worker", PolicyName: "own" })),
    },
  };

  it.each(Object.entries(kinds))("of a %s", async (_, { put, get }) => {
    expect(await refusal(put(knowing(FIRST), FIRST))).toEqual(CONFLICT);
    await put(iam, FIRST);
    await put(knowing(FIRST), SECOND);
    expect(await refusal(put(knowing(FIRST), THIRD))).toEqual(CONFLICT);
    // The value of an entity tag stands in quotes; hexadecimal digits are the same in any case.
    await put(knowing("", `"${hash(SECOND).toUpperCase()}"`), THIRD);
    for (const tag of ["*", "", "W/", hash(THIRD).slice(1), `${hash(THIRD)}, ${hash(FIRST)}`]) {
      expect(await refusal(put(knowing("", tag), FIRST))).toEqual(CONFLICT);
    }
    expect(decodeURIComponent((await get()).PolicyDocument ?? "")).toBe(THIRD);
  });
});

describe("managed policies", () => {
  it("a new version, and another default, if the default is the expected one", async () => {
    const { Policy } = await iam.send(
      new sdk.CreatePolicyCommand({ PolicyName: "managed", PolicyDocument: FIRST }),
    );
    const PolicyArn = Policy?.Arn;
    const create = (client: sdk.IAMClient, PolicyDocument: string) =>
      client.send(
        new sdk.CreatePolicyVersionCommand({ PolicyArn, PolicyDocument, SetAsDefault: true }),
      );
    const setDefault = (client: sdk.IAMClient, VersionId: string) =>
      client.send(new sdk.SetDefaultPolicyVersionCommand({ PolicyArn, VersionId }));
    await create(knowing(FIRST), SECOND);
    expect(await refusal(create(knowing(FIRST), THIRD))).toEqual(CONFLICT);
    expect(await refusal(setDefault(knowing(FIRST), "v1"))).toEqual(CONFLICT);
    await setDefault(knowing(SECOND), "v1");
    const { Versions } = await iam.send(new sdk.ListPolicyVersionsCommand({ PolicyArn }));
    expect(Versions?.map((one) => [one.VersionId, one.IsDefaultVersion])).toEqual([
      ["v2", false],
      ["v1", true],
    ]);
  });

  it("of ten who know the same document, one replaces it", async () => {
    const { Policy } = await iam.send(
      new sdk.CreatePolicyCommand({ PolicyName: "raced", PolicyDocument: FIRST }),
    );
    const settled = await Promise.allSettled(
      Array.from({ length: 4 }, (_, index) =>
        knowing(FIRST).send(
          new sdk.CreatePolicyVersionCommand({
            PolicyArn: Policy?.Arn,
            PolicyDocument: policy("Allow", `s3:Action${index}`),
            SetAsDefault: true,
          }),
        ),
      ),
    );
    expect(settled.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    for (const one of settled)
      if (one.status === "rejected")
        expect(one.reason.name).toBe("ConcurrentModificationException");
  });
});

describe("a role's trust policy", () => {
  it("as it reads now, with the present names of its principals", async () => {
    const shown = async () =>
      decodeURIComponent(
        (await iam.send(new sdk.GetRoleCommand({ RoleName: "worker" }))).Role
          ?.AssumeRolePolicyDocument ?? "",
      );
    const update = (client: sdk.IAMClient, PolicyDocument: string) =>
      client.send(new sdk.UpdateAssumeRolePolicyCommand({ RoleName: "worker", PolicyDocument }));
    await iam.send(new sdk.UpdateUserCommand({ UserName: "ann", NewUserName: "anna" }));
    expect(await shown()).toBe(trust("anna"));
    expect(await refusal(update(knowing(trust("ann")), trust("anna")))).toEqual(CONFLICT);
    await update(knowing(await shown()), trust("anna"));
  });
});
