import {
  AccessAnalyzerClient,
  ApplyArchiveRuleCommand,
  CheckAccessNotGrantedCommand,
  CheckNoNewAccessCommand,
  CheckNoPublicAccessCommand,
  CreateAnalyzerCommand,
  CreateArchiveRuleCommand,
  DeleteAnalyzerCommand,
  DeleteArchiveRuleCommand,
  GetAnalyzerCommand,
  GetArchiveRuleCommand,
  GetFindingV2Command,
  ListAnalyzersCommand,
  ListArchiveRulesCommand,
  ListFindingsV2Command,
  ListTagsForResourceCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateArchiveRuleCommand,
  UpdateFindingsCommand,
  ValidatePolicyCommand,
} from "@aws-sdk/client-accessanalyzer";
import {
  AttachUserPolicyCommand,
  CreateAccessKeyCommand,
  CreateRoleCommand,
  CreateUserCommand,
  DeleteRoleCommand,
  PutUserPolicyCommand,
} from "@aws-sdk/client-iam";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  credentialsOf,
  startInstallation,
  type TestCredentials,
  type TestInstallation,
} from "../../support/harness.ts";

let installation: TestInstallation;
let client: AccessAnalyzerClient;
const clients: AccessAnalyzerClient[] = [];

function clientAs(credentials: TestCredentials, path = ""): AccessAnalyzerClient {
  const made = new AccessAnalyzerClient({
    endpoint: `${installation.local.controlUrl}${path}`,
    region: "us-east-1",
    credentials,
    maxAttempts: 1,
  });
  clients.push(made);
  return made;
}

async function keyOf(UserName: string): Promise<TestCredentials> {
  await installation.iam.send(new CreateUserCommand({ UserName }));
  const { AccessKey } = await installation.iam.send(new CreateAccessKeyCommand({ UserName }));
  return credentialsOf(AccessKey);
}

const policy = (...statements: readonly object[]): string =>
  JSON.stringify({ Version: "2012-10-17", Statement: statements });
const allow = (Action: string, Resource = "*") => ({ Effect: "Allow", Action, Resource });
const trust = (AWS: string, Condition?: object) =>
  policy({
    Effect: "Allow",
    Principal: { AWS },
    Action: "sts:AssumeRole",
    ...(Condition && { Condition }),
  });
const role = (RoleName: string, document: string) =>
  installation.iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: document }));

beforeAll(async () => {
  installation = await startInstallation();
  client = clientAs(installation.root);
});
afterAll(async () => {
  for (const one of clients) one.destroy();
  await installation.stop();
});

describe("ValidatePolicy", () => {
  test.each(["", "/access-analyzer"])("at the endpoint's path `%s`", async (path) => {
    const { findings = [] } = await clientAs(installation.root, path).send(
      new ValidatePolicyCommand({
        policyType: "IDENTITY_POLICY",
        policyDocument: JSON.stringify({ Statement: [allow("iam:PassRole")] }),
      }),
    );
    expect(findings.map(({ issueCode }) => issueCode)).toEqual(
      expect.arrayContaining(["MISSING_VERSION", "PASS_ROLE_WITH_STAR_IN_RESOURCE"]),
    );
    const passRole = findings.find(({ issueCode }) => issueCode?.startsWith("PASS_ROLE"));
    expect(passRole).toMatchObject({ findingType: "SECURITY_WARNING" });
    expect(passRole?.locations?.[0]?.path).toEqual([
      { value: "Statement" },
      { index: 0 },
      { value: "Action" },
    ]);
    expect(passRole?.locations?.[0]?.span?.start?.line).toBe(1);
  });

  test("knows the services of the control API", async () => {
    const Action = ["sts:AssumeRole", "cloudtrail:LookupEvents", "signin:AuthorizeOAuth2Access"];
    const codesOf = async (Action: string | readonly string[]) => {
      const policyDocument = JSON.stringify({
        Version: "2012-10-17",
        Statement: [{ Effect: "Allow", Action, Resource: "*" }],
      });
      const input = { policyType: "IDENTITY_POLICY", policyDocument } as const;
      const { findings = [] } = await client.send(new ValidatePolicyCommand(input));
      return findings.map(({ issueCode }) => issueCode);
    };
    expect(await codesOf(Action)).not.toContain("UNKNOWN_SERVICE_IN_ACTION");
    expect(await codesOf("signon:AuthorizeOAuth2Access")).toContain("UNKNOWN_SERVICE_IN_ACTION");
  });

  test("pages, knows trust policies, and refuses types that are not used here", async () => {
    const input = {
      policyType: "RESOURCE_POLICY",
      validatePolicyResourceType: "AWS::IAM::AssumeRolePolicyDocument",
      policyDocument: trust("arn:aws:iam::100000000000:root"),
    } as const;
    expect((await client.send(new ValidatePolicyCommand(input))).findings).toEqual([]);
    const wrong = { policyType: "IDENTITY_POLICY", policyDocument: "{}", maxResults: 1 } as const;
    const first = await client.send(new ValidatePolicyCommand(wrong));
    expect(first.findings).toHaveLength(1);
    const rcp = { ...wrong, policyType: "RESOURCE_CONTROL_POLICY" } as const;
    await expect(client.send(new ValidatePolicyCommand(rcp))).rejects.toMatchObject({
      name: "ValidationException",
      reason: "fieldValidationFailed",
      $metadata: { httpStatusCode: 400 },
    });
  });
});

describe("checks", () => {
  test("CheckNoNewAccess", async () => {
    const check = (updated: string) =>
      client.send(
        new CheckNoNewAccessCommand({
          policyType: "IDENTITY_POLICY",
          existingPolicyDocument: policy(allow("orders:GetOrder")),
          newPolicyDocument: updated,
        }),
      );
    expect(
      await check(policy(allow("orders:GetOrder", "arn:aws:orders:*:*:order/1"))),
    ).toMatchObject({ result: "PASS" });
    const wider = await check(policy(allow("orders:*")));
    expect(wider).toMatchObject({ result: "FAIL", reasons: [{ statementIndex: 0 }] });
    await expect(check("no policy")).rejects.toMatchObject({
      name: "InvalidParameterException",
      $metadata: { httpStatusCode: 400 },
    });
  });

  test("CheckAccessNotGranted and CheckNoPublicAccess", async () => {
    const granted = (actions: string[]) =>
      client.send(
        new CheckAccessNotGrantedCommand({
          policyType: "IDENTITY_POLICY",
          policyDocument: policy(allow("orders:Get*")),
          access: [{ actions }],
        }),
      );
    expect((await granted(["orders:DeleteOrder"])).result).toBe("PASS");
    expect((await granted(["orders:GetOrder"])).result).toBe("FAIL");
    const open = (policyDocument: string) =>
      client.send(
        new CheckNoPublicAccessCommand({
          policyDocument,
          resourceType: "AWS::IAM::AssumeRolePolicyDocument",
        }),
      );
    expect((await open(trust("*"))).result).toBe("FAIL");
    expect((await open(trust("arn:aws:iam::100000000000:root"))).result).toBe("PASS");
  });
});

describe("analyzers", () => {
  test("are made, listed, tagged and deleted", async () => {
    const { arn } = await client.send(
      new CreateAnalyzerCommand({ analyzerName: "first", type: "ACCOUNT", tags: { team: "a" } }),
    );
    expect(arn).toBe("arn:aws:access-analyzer:us-east-1:100000000000:analyzer/first");
    await expect(
      client.send(new CreateAnalyzerCommand({ analyzerName: "first", type: "ACCOUNT" })),
    ).rejects.toMatchObject({
      name: "ConflictException",
      resourceId: "first",
      resourceType: "Analyzer",
      $metadata: { httpStatusCode: 409 },
    });
    await client.send(new TagResourceCommand({ resourceArn: arn, tags: { stage: "b" } }));
    await client.send(new UntagResourceCommand({ resourceArn: arn, tagKeys: ["team"] }));
    expect((await client.send(new ListTagsForResourceCommand({ resourceArn: arn }))).tags).toEqual({
      stage: "b",
    });
    const { analyzer } = await client.send(new GetAnalyzerCommand({ analyzerName: "first" }));
    expect(analyzer).toMatchObject({
      arn,
      type: "ACCOUNT",
      status: "ACTIVE",
      tags: { stage: "b" },
    });
    const { analyzers } = await client.send(new ListAnalyzersCommand({ type: "ACCOUNT" }));
    expect(analyzers?.map(({ name }) => name)).toEqual(["first"]);
    await client.send(new DeleteAnalyzerCommand({ analyzerName: "first" }));
    await expect(
      client.send(new GetAnalyzerCommand({ analyzerName: "first" })),
    ).rejects.toMatchObject({
      name: "ResourceNotFoundException",
      message: "Analyzer not found: first",
      $metadata: { httpStatusCode: 404 },
    });
  });

  test.each(["ACCOUNT_INTERNAL_ACCESS", "ORGANIZATION_INTERNAL_ACCESS"] as const)(
    "of type %s are refused by name",
    async (type) => {
      const input = { analyzerName: "internal", type };
      await expect(client.send(new CreateAnalyzerCommand(input))).rejects.toMatchObject({
        name: "ValidationException",
        message: `Analyzers of type ${type} are not offered.`,
      });
    },
  );
});

describe("findings of external access", () => {
  let analyzerArn: string;
  const list = async (filter?: Record<string, { eq: string[] }>) =>
    (await client.send(new ListFindingsV2Command({ analyzerArn, filter }))).findings ?? [];
  const again = async () => {
    // Another analyzer of the same name's findings are new: the account is read at once.
    await client.send(new DeleteAnalyzerCommand({ analyzerName: "external" }));
    await create();
  };
  const create = async () => {
    const input = { analyzerName: "external", type: "ACCOUNT" } as const;
    ({ arn: analyzerArn = "" } = await client.send(new CreateAnalyzerCommand(input)));
  };

  beforeAll(async () => {
    await role("Partner", trust("222222222222", { StringEquals: { "sts:ExternalId": "x1" } }));
    await role("Open", trust("*"));
    await role("Own", trust("arn:aws:iam::100000000000:root"));
    await create();
  });

  test("name who may come in, on what conditions", async () => {
    const found = await list();
    expect(found.map(({ resource }) => resource).sort()).toEqual([
      "arn:aws:iam::100000000000:role/Open",
      "arn:aws:iam::100000000000:role/Partner",
    ]);
    const partner = found.find(({ resource }) => resource?.endsWith("Partner"));
    expect(partner).toMatchObject({
      findingType: "ExternalAccess",
      status: "ACTIVE",
      resourceType: "AWS::IAM::Role",
      resourceOwnerAccount: "100000000000",
    });
    const shown = await client.send(new GetFindingV2Command({ analyzerArn, id: partner?.id }));
    expect(shown.findingDetails).toEqual([
      {
        externalAccessDetails: {
          action: ["sts:AssumeRole"],
          condition: { "sts:ExternalId": "x1" },
          isPublic: false,
          principal: { AWS: expect.stringContaining("222222222222") },
        },
      },
    ]);
    expect((await list({ isPublic: { eq: ["true"] } })).map(({ resource }) => resource)).toEqual([
      "arn:aws:iam::100000000000:role/Open",
    ]);
  });

  test("are archived by hand and by rule, and pages are whole", async () => {
    const [one, other] = await list();
    await client.send(
      new UpdateFindingsCommand({ analyzerArn, ids: [one?.id ?? ""], status: "ARCHIVED" }),
    );
    expect((await list({ status: { eq: ["ARCHIVED"] } })).map(({ id }) => id)).toEqual([one?.id]);
    const filter = { resource: { eq: [other?.resource ?? ""] } };
    const named = { analyzerName: "external", ruleName: "known" };
    await client.send(new CreateArchiveRuleCommand({ ...named, filter }));
    await client.send(new ApplyArchiveRuleCommand({ analyzerArn, ruleName: "known" }));
    expect(await list({ status: { eq: ["ACTIVE"] } })).toEqual([]);
    const first = await client.send(new ListFindingsV2Command({ analyzerArn, maxResults: 1 }));
    const { nextToken } = first;
    const second = await client.send(
      new ListFindingsV2Command({ analyzerArn, maxResults: 1, nextToken }),
    );
    expect([...(first.findings ?? []), ...(second.findings ?? [])].map(({ id }) => id)).toEqual(
      [one?.id, other?.id].sort(),
    );
    expect(second.nextToken).toBeUndefined();
    await client.send(
      new UpdateArchiveRuleCommand({ ...named, filter: { isPublic: { eq: ["true"] } } }),
    );
    const { archiveRule } = await client.send(new GetArchiveRuleCommand(named));
    expect(archiveRule?.filter).toEqual({ isPublic: { eq: ["true"] } });
    const { archiveRules } = await client.send(new ListArchiveRulesCommand(named));
    expect(archiveRules).toHaveLength(1);
    await client.send(new DeleteArchiveRuleCommand(named));
    await expect(client.send(new GetArchiveRuleCommand(named))).rejects.toMatchObject({
      name: "ResourceNotFoundException",
    });
    await expect(
      client.send(new CreateArchiveRuleCommand({ ...named, filter: { color: { eq: ["red"] } } })),
    ).rejects.toMatchObject({ message: "color is no filter key." });
  });

  test.each(["x", "x".repeat(3000), "__proto__"])("there is none of id %.10s", async (id) => {
    const refusal = { name: "ResourceNotFoundException", message: /^Finding not found: / };
    const expected = { ...refusal, message: expect.stringMatching(refusal.message) };
    await expect(client.send(new GetFindingV2Command({ analyzerArn, id }))).rejects.toMatchObject(
      expected,
    );
    await expect(
      client.send(new UpdateFindingsCommand({ analyzerArn, ids: [id], status: "ARCHIVED" })),
    ).rejects.toMatchObject(expected);
  });

  test("a new analyzer does not find what is gone", async () => {
    await installation.iam.send(new DeleteRoleCommand({ RoleName: "Open" }));
    await again();
    expect((await list()).map(({ resource }) => resource)).toEqual([
      "arn:aws:iam::100000000000:role/Partner",
    ]);
  });
});

describe("findings of unused access", () => {
  test("an analyzer of unused access tells of nothing that is new", async () => {
    const { arn: analyzerArn } = await client.send(
      new CreateAnalyzerCommand({
        analyzerName: "unused",
        type: "ACCOUNT_UNUSED_ACCESS",
        configuration: { unusedAccess: { unusedAccessAge: 30 } },
      }),
    );
    const { findings = [] } = await client.send(new ListFindingsV2Command({ analyzerArn }));
    expect(findings.filter(({ findingType }) => findingType === "ExternalAccess")).toEqual([]);
    expect(findings.filter(({ findingType }) => findingType === "UnusedIAMRole")).toEqual([]);
  });
});

describe("authorization", () => {
  test("each operation needs its action on its resource, with tags and condition keys", async () => {
    const credentials = await keyOf("ana");
    const ana = clientAs(credentials);
    const create = (analyzerName: string, tags?: Record<string, string>) =>
      ana.send(new CreateAnalyzerCommand({ analyzerName, type: "ACCOUNT", tags }));
    await expect(create("ana-1")).rejects.toMatchObject({
      name: "AccessDeniedException",
      message:
        "User: arn:aws:iam::100000000000:user/ana is not authorized to perform: access-analyzer:CreateAnalyzer on resource: arn:aws:access-analyzer:us-east-1:100000000000:analyzer/ana-1 because no identity-based policy allows the access-analyzer:CreateAnalyzer action",
      $metadata: { httpStatusCode: 403 },
    });
    await installation.iam.send(
      new PutUserPolicyCommand({
        UserName: "ana",
        PolicyName: "analyzers",
        PolicyDocument: policy(
          {
            Effect: "Allow",
            Action: "access-analyzer:CreateAnalyzer",
            Resource: "arn:aws:access-analyzer:*:*:analyzer/ana-*",
            Condition: {
              StringEquals: { "aws:RequestTag/team": "a" },
              "ForAllValues:StringEquals": { "aws:TagKeys": ["team"] },
            },
          },
          {
            Effect: "Allow",
            Action: "access-analyzer:GetAnalyzer",
            Resource: "*",
            Condition: { StringEquals: { "aws:ResourceTag/team": "a" } },
          },
        ),
      }),
    );
    await expect(create("ana-1")).rejects.toMatchObject({ name: "AccessDeniedException" });
    await expect(create("ana-1", { team: "a", more: "b" })).rejects.toMatchObject({
      name: "AccessDeniedException",
    });
    await expect(create("other", { team: "a" })).rejects.toMatchObject({
      name: "AccessDeniedException",
    });
    await create("ana-1", { team: "a" });
    await ana.send(new GetAnalyzerCommand({ analyzerName: "ana-1" }));
    await expect(
      ana.send(new GetAnalyzerCommand({ analyzerName: "unused" })),
    ).rejects.toMatchObject({ name: "AccessDeniedException" });
  });

  test("another account's analyzer is refused", async () => {
    const credentials = await keyOf("ben");
    await installation.iam.send(
      new AttachUserPolicyCommand({
        UserName: "ben",
        PolicyArn: "arn:aws:iam::aws:policy/AdministratorAccess",
      }),
    );
    const analyzerArn = "arn:aws:access-analyzer:us-east-1:222222222222:analyzer/x";
    const ben = clientAs(credentials);
    await expect(ben.send(new ListFindingsV2Command({ analyzerArn }))).rejects.toMatchObject({
      name: "AccessDeniedException",
    });
    await expect(
      ben.send(new ListFindingsV2Command({ analyzerArn: "arn:aws:iam::1:analyzer/x" })),
    ).rejects.toMatchObject({ name: "ValidationException" });
  });
});
