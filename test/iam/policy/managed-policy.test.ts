import {
  AttachUserPolicyCommand,
  CreatePolicyCommand,
  CreatePolicyVersionCommand,
  CreateUserCommand,
  DeletePolicyCommand,
  DeletePolicyVersionCommand,
  GetPolicyCommand,
  GetPolicyVersionCommand,
  type IAMClient,
  ListPoliciesCommand,
  ListPolicyTagsCommand,
  PutUserPermissionsBoundaryCommand,
  TagPolicyCommand,
  UntagPolicyCommand,
} from "@aws-sdk/client-iam";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  alreadyExists,
  deleteConflict,
  invalidInput,
  limitExceeded,
  malformedDocument,
  noSuchEntity,
  validationError,
} from "../../support/expected.ts";
import { startInstallation, type TestInstallation } from "../../support/harness.ts";
import { policy, refusal } from "../../support/refusal.ts";

let installation: TestInstallation;
let iam: IAMClient;
let account: string;
beforeAll(async () => {
  installation = await startInstallation();
  ({ iam, account } = installation);
});
afterAll(() => installation?.stop());

const ADMINISTRATOR = "arn:aws:iam::aws:policy/AdministratorAccess";
const document = (action = "s3:GetObject") => policy("Allow", action);
const arnOf = (name: string) => `arn:aws:iam::${account}:policy/${name}`;
const make = (PolicyName: string, PolicyDocument = document()) =>
  iam.send(new CreatePolicyCommand({ PolicyName, PolicyDocument }));
const addVersion = (PolicyArn: string, action: string, SetAsDefault?: boolean) =>
  iam.send(
    new CreatePolicyVersionCommand({
      PolicyArn,
      PolicyDocument: document(action),
      ...(SetAsDefault === undefined ? {} : { SetAsDefault }),
    }),
  );
const defaultDocument = async (PolicyArn: string) => {
  const { Policy } = await iam.send(new GetPolicyCommand({ PolicyArn }));
  const { PolicyVersion } = await iam.send(
    new GetPolicyVersionCommand({ PolicyArn, VersionId: Policy?.DefaultVersionId }),
  );
  return decodeURIComponent(PolicyVersion?.Document ?? "");
};

describe("CreatePolicy, GetPolicy, DeletePolicy", () => {
  test("each answer shows its part of a policy", async () => {
    const input = {
      PolicyName: "Whole",
      Path: "/team/",
      PolicyDocument: document(),
      Description: "for tests",
      Tags: [{ Key: "Team", Value: "a" }],
    };
    const { Policy: made } = await iam.send(new CreatePolicyCommand(input));
    const common = {
      PolicyName: "Whole",
      PolicyId: expect.stringMatching(/^ANPA[A-Z2-7]{17}$/),
      Arn: arnOf("team/Whole"),
      Path: "/team/",
      DefaultVersionId: "v1",
      AttachmentCount: 0,
      PermissionsBoundaryUsageCount: 0,
      IsAttachable: true,
      CreateDate: expect.any(Date),
      UpdateDate: expect.any(Date),
    };
    expect(made).toEqual({ ...common, Tags: input.Tags });
    const { Policy: got } = await iam.send(
      new GetPolicyCommand({ PolicyArn: arnOf("team/Whole") }),
    );
    expect(got).toEqual({ ...common, Tags: input.Tags, Description: "for tests" });
    const { Policies } = await iam.send(new ListPoliciesCommand({ PathPrefix: "/team/" }));
    expect(Policies).toEqual([common]);
    await make("untagged");
    const { Policy: untagged } = await iam.send(
      new GetPolicyCommand({ PolicyArn: arnOf("untagged") }),
    );
    expect(untagged?.Tags).toEqual([]);
    expect(untagged).not.toHaveProperty("Description");
  });

  test("a name is taken whatever its case or path, and by whoever comes first", async () => {
    await make("taken");
    const again = new CreatePolicyCommand({
      PolicyName: "TAKEN",
      Path: "/other/",
      PolicyDocument: document(),
    });
    expect(await refusal(iam.send(again))).toEqual(
      alreadyExists("A policy called TAKEN already exists. Duplicate names are not allowed."),
    );
    const attempts = await Promise.allSettled(Array.from({ length: 20 }, () => make("race")));
    expect(attempts.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  });

  test("odd names: `__proto__` is one like any other, look-alike letters are none", async () => {
    await make("__proto__");
    expect(
      (await iam.send(new GetPolicyCommand({ PolicyArn: arnOf("__proto__") }))).Policy?.PolicyName,
    ).toBe("__proto__");
    expect(await refusal(make("аdmin"))).toMatchObject({ code: "ValidationError" });
  });

  test.each([
    ["no JSON", "{", "Syntax errors in policy."],
    [
      "no actions",
      JSON.stringify({ Version: "2012-10-17", Statement: { Effect: "Allow", Resource: "*" } }),
      "Policy statement must contain actions.",
    ],
    [
      "a principal",
      JSON.stringify({
        Version: "2012-10-17",
        Statement: { Effect: "Allow", Action: "*", Resource: "*", Principal: "*" },
      }),
      "Policy document should not specify a principal.",
    ],
  ])("a document with %s is malformed, and nothing is kept of it", async (_, text, message) => {
    expect(await refusal(make("malformed", text))).toEqual(malformedDocument(message));
    expect(
      await refusal(iam.send(new GetPolicyCommand({ PolicyArn: arnOf("malformed") }))),
    ).toMatchObject({
      code: "NoSuchEntity",
    });
  });

  test("6,144 characters are enough, whitespace not counted, and it is kept byte for byte", async () => {
    const sized = (size: number, indent?: number) => {
      const text = JSON.stringify(JSON.parse(document("s3:GetObject")), null, indent);
      return text.replace(
        "s3:GetObject",
        `s3:${"x".repeat(size - JSON.stringify(JSON.parse(text)).length + 9)}`,
      );
    };
    const large = sized(6144, 40);
    await make("large", large);
    expect(await defaultDocument(arnOf("large"))).toBe(large);
    const tooLarge = limitExceeded("Cannot exceed quota for PolicySize: 6144");
    expect(await refusal(make("larger", sized(6145)))).toEqual(tooLarge);
    expect(
      await refusal(
        iam.send(
          new CreatePolicyVersionCommand({
            PolicyArn: arnOf("large"),
            PolicyDocument: sized(6145),
          }),
        ),
      ),
    ).toEqual(tooLarge);
  });

  test("only the current version of the language is accepted, by CreatePolicyVersion too", async () => {
    const old = document().replace("2012-10-17", "2008-10-17");
    const without = document().replace('"Version":"2012-10-17",', "");
    expect([old, without]).not.toContain(document());
    const { Policy } = await make("Versioned");
    for (const PolicyDocument of [old, without]) {
      const refused = {
        code: "MalformedPolicyDocument",
        message: "Policy document must be version 2012-10-17 or greater.",
        status: 400,
      };
      expect(await refusal(make("Older", PolicyDocument))).toEqual(refused);
      const version = new CreatePolicyVersionCommand({ PolicyArn: Policy?.Arn, PolicyDocument });
      expect(await refusal(iam.send(version))).toEqual(refused);
    }
    await iam.send(new DeletePolicyCommand({ PolicyArn: Policy?.Arn }));
  });

  test("a bad Sid and an unknown operator have AWS's messages", async () => {
    const statement = { Effect: "Allow", Action: "s3:GetObject", Resource: "*" };
    const refuse = (more: object) =>
      refusal(
        make(
          "Bad",
          JSON.stringify({ Version: "2012-10-17", Statement: { ...statement, ...more } }),
        ),
      );
    expect(await refuse({ Sid: "not-good" })).toEqual({
      code: "MalformedPolicyDocument",
      message:
        "Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression [0-9A-Za-z]*",
      status: 400,
    });
    expect(await refuse({ Condition: { stringEquals: { "aws:username": "ana" } } })).toEqual({
      code: "MalformedPolicyDocument",
      message: "Invalid Condition type : stringEquals",
      status: 400,
    });
  });

  test("a policy in use, or with more versions than one, is not deleted", async () => {
    await make("used");
    const PolicyArn = arnOf("used");
    await iam.send(new CreateUserCommand({ UserName: "user-of-used" }));
    await iam.send(new AttachUserPolicyCommand({ UserName: "user-of-used", PolicyArn }));
    const remove = (PolicyArn: string) => iam.send(new DeletePolicyCommand({ PolicyArn }));
    expect(await refusal(remove(PolicyArn))).toEqual(
      deleteConflict("Cannot delete a policy attached to entities."),
    );
    await make("bounding");
    await iam.send(
      new PutUserPermissionsBoundaryCommand({
        UserName: "user-of-used",
        PermissionsBoundary: arnOf("bounding"),
      }),
    );
    expect(await refusal(remove(arnOf("bounding")))).toEqual(
      deleteConflict("Cannot delete a policy attached to entities."),
    );
    await make("versioned");
    await addVersion(arnOf("versioned"), "s3:Put*");
    expect(await refusal(remove(arnOf("versioned")))).toEqual(
      deleteConflict(
        "This policy has more than one version. Before you delete a policy, you must delete the policy's versions. The default version is deleted with the policy.",
      ),
    );
    await iam.send(
      new DeletePolicyVersionCommand({ PolicyArn: arnOf("versioned"), VersionId: "v2" }),
    );
    await remove(arnOf("versioned"));
    const gone = noSuchEntity(`Policy ${arnOf("versioned")} was not found.`);
    expect(
      await refusal(iam.send(new GetPolicyCommand({ PolicyArn: arnOf("versioned") }))),
    ).toEqual(gone);
    expect(await refusal(remove(arnOf("versioned")))).toEqual(gone);
    const { Policy } = await make("versioned", document("s3:List*"));
    expect(Policy?.DefaultVersionId).toBe("v1");
    expect(await defaultDocument(arnOf("versioned"))).toBe(document("s3:List*"));
  });

  test("attaching and deleting at the same moment: one of them wins whole", async () => {
    await iam.send(new CreateUserCommand({ UserName: "racer" }));
    for (let round = 0; round < 5; round++) {
      await make(`raced-${round}`);
      const PolicyArn = arnOf(`raced-${round}`);
      const [attached, deleted] = await Promise.allSettled([
        iam.send(new AttachUserPolicyCommand({ UserName: "racer", PolicyArn })),
        iam.send(new DeletePolicyCommand({ PolicyArn })),
      ]);
      expect([attached.status, deleted.status].sort()).toEqual(["fulfilled", "rejected"]);
      if (deleted.status === "fulfilled") continue;
      expect((await iam.send(new GetPolicyCommand({ PolicyArn }))).Policy?.AttachmentCount).toBe(1);
    }
  });

  test("an ARN must be a policy's, in its own spelling", async () => {
    await make("Spelt");
    const get = (PolicyArn: string) => refusal(iam.send(new GetPolicyCommand({ PolicyArn })));
    expect(await get("a-name-of-twenty-letters")).toEqual(
      validationError("Invalid ARN:  Could not be parsed!"),
    );
    const user = `arn:aws:iam::${account}:user/somebody`;
    expect(await get(user)).toEqual(invalidInput(`ARN ${user} is not valid.`));
    for (const name of ["spelt", "x/Spelt"])
      expect(await get(arnOf(name))).toEqual(noSuchEntity(`Policy ${arnOf(name)} was not found.`));
  });
});

describe("tags", () => {
  const tags = async (PolicyArn: string) =>
    (await iam.send(new ListPolicyTagsCommand({ PolicyArn }))).Tags;

  test("are merged, shown by GetPolicy, and removed", async () => {
    await iam.send(
      new CreatePolicyCommand({
        PolicyName: "tagged",
        PolicyDocument: document(),
        Tags: [{ Key: "a", Value: "1" }],
      }),
    );
    const PolicyArn = arnOf("tagged");
    await iam.send(new TagPolicyCommand({ PolicyArn, Tags: [{ Key: "b", Value: "2" }] }));
    await iam.send(new UntagPolicyCommand({ PolicyArn, TagKeys: ["A"] }));
    expect(await tags(PolicyArn)).toEqual([{ Key: "b", Value: "2" }]);
    expect((await iam.send(new GetPolicyCommand({ PolicyArn }))).Policy?.Tags).toEqual([
      { Key: "b", Value: "2" },
    ]);
    expect(await tags(ADMINISTRATOR)).toEqual([]);
  });

  test("are nobody's on a canned policy, or on none", async () => {
    const none = arnOf("none");
    const missing = noSuchEntity(`Policy ${none} was not found.`);
    expect(await refusal(iam.send(new TagPolicyCommand({ PolicyArn: none, Tags: [] })))).toEqual(
      missing,
    );
    expect(
      await refusal(iam.send(new UntagPolicyCommand({ PolicyArn: none, TagKeys: ["a"] }))),
    ).toEqual(missing);
    expect(await refusal(tags(none))).toEqual(missing);
    expect(
      await refusal(iam.send(new TagPolicyCommand({ PolicyArn: ADMINISTRATOR, Tags: [] }))),
    ).toMatchObject({
      code: "AccessDenied",
    });
  });
});
