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
  type ListPoliciesCommandInput,
  ListPolicyVersionsCommand,
  SetDefaultPolicyVersionCommand,
} from "@aws-sdk/client-iam";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  accessDenied,
  deleteConflict,
  limitExceeded,
  malformedDocument,
  noSuchEntity,
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
const versionsOf = async (PolicyArn: string) =>
  (await iam.send(new ListPolicyVersionsCommand({ PolicyArn }))).Versions?.map(
    ({ VersionId, IsDefaultVersion }) => `${VersionId}${IsDefaultVersion ? "*" : ""}`,
  );
const defaultDocument = async (PolicyArn: string) => {
  const { Policy } = await iam.send(new GetPolicyCommand({ PolicyArn }));
  const { PolicyVersion } = await iam.send(
    new GetPolicyVersionCommand({ PolicyArn, VersionId: Policy?.DefaultVersionId }),
  );
  return decodeURIComponent(PolicyVersion?.Document ?? "");
};

describe("versions", () => {
  test("a version is the default when asked for, numbers are never used again, the newest comes first", async () => {
    await make("versions");
    const PolicyArn = arnOf("versions");
    const { PolicyVersion } = await addVersion(PolicyArn, "s3:Two");
    expect(PolicyVersion).toEqual({
      VersionId: "v2",
      IsDefaultVersion: false,
      CreateDate: expect.any(Date),
    });
    expect(await defaultDocument(PolicyArn)).toBe(document());
    expect((await addVersion(PolicyArn, "s3:Three", true)).PolicyVersion?.IsDefaultVersion).toBe(
      true,
    );
    expect(await defaultDocument(PolicyArn)).toBe(document("s3:Three"));
    await iam.send(new DeletePolicyVersionCommand({ PolicyArn, VersionId: "v1" }));
    await addVersion(PolicyArn, "s3:Four");
    expect(await versionsOf(PolicyArn)).toEqual(["v4", "v3*", "v2"]);
    await iam.send(new SetDefaultPolicyVersionCommand({ PolicyArn, VersionId: "v2" }));
    expect(await versionsOf(PolicyArn)).toEqual(["v4", "v3", "v2*"]);
    expect(await defaultDocument(PolicyArn)).toBe(document("s3:Two"));
    const page = await iam.send(new ListPolicyVersionsCommand({ PolicyArn, MaxItems: 2 }));
    expect(page).toMatchObject({ IsTruncated: true });
    const next = await iam.send(new ListPolicyVersionsCommand({ PolicyArn, Marker: page.Marker }));
    expect(next.Versions?.map(({ VersionId }) => VersionId)).toEqual(["v2"]);
  });

  test("five at most, also when many are made at once", async () => {
    await make("five");
    const attempts = await Promise.allSettled(
      Array.from({ length: 8 }, (_, index) => addVersion(arnOf("five"), `s3:A${index}`)),
    );
    expect(attempts.filter(({ status }) => status === "fulfilled")).toHaveLength(4);
    expect(await versionsOf(arnOf("five"))).toHaveLength(5);
    expect(await refusal(addVersion(arnOf("five"), "s3:Six"))).toEqual(
      limitExceeded(
        "A managed policy can have up to 5 versions. Before you create a new version, you must delete an existing version.",
      ),
    );
  });

  test("what can't be done with versions", async () => {
    await make("sole");
    const PolicyArn = arnOf("sole");
    const VersionId = "v9";
    const noVersion = noSuchEntity(
      `Policy ${PolicyArn} version v9 does not exist or is not attachable.`,
    );
    expect(
      await refusal(iam.send(new DeletePolicyVersionCommand({ PolicyArn, VersionId: "v1" }))),
    ).toEqual(deleteConflict("Cannot delete the default version of a policy."));
    expect(
      await refusal(iam.send(new DeletePolicyVersionCommand({ PolicyArn, VersionId }))),
    ).toEqual(noVersion);
    expect(await refusal(iam.send(new GetPolicyVersionCommand({ PolicyArn, VersionId })))).toEqual(
      noVersion,
    );
    expect(
      await refusal(iam.send(new SetDefaultPolicyVersionCommand({ PolicyArn, VersionId }))),
    ).toEqual(noVersion);
    const none = arnOf("none");
    const noPolicy = noSuchEntity(`Policy ${none} was not found.`);
    expect(await refusal(addVersion(none, "s3:Get*"))).toEqual(noPolicy);
    expect(await refusal(iam.send(new ListPolicyVersionsCommand({ PolicyArn: none })))).toEqual(
      noPolicy,
    );
    expect(
      await refusal(iam.send(new CreatePolicyVersionCommand({ PolicyArn, PolicyDocument: "{" }))),
    ).toEqual(malformedDocument("Syntax errors in policy."));
  });
});

describe("canned policies and lists", () => {
  test("a canned policy is read like any other, and changed by nobody", async () => {
    const { Policy } = await iam.send(new GetPolicyCommand({ PolicyArn: ADMINISTRATOR }));
    expect(Policy).toMatchObject({
      PolicyName: "AdministratorAccess",
      Path: "/",
      DefaultVersionId: "v1",
      Tags: [],
    });
    expect(JSON.parse(await defaultDocument(ADMINISTRATOR)).Statement).toEqual([
      { Effect: "Allow", Action: "*", Resource: "*" },
    ]);
    expect(await versionsOf(ADMINISTRATOR)).toEqual(["v1*"]);
    const denied = accessDenied(
      `Cannot perform the operation on the protected policy ${ADMINISTRATOR}.`,
    );
    expect(await refusal(iam.send(new DeletePolicyCommand({ PolicyArn: ADMINISTRATOR })))).toEqual(
      denied,
    );
    expect(await refusal(addVersion(ADMINISTRATOR, "s3:Get*"))).toEqual(denied);
    const none = "arn:aws:iam::aws:policy/NoSuchPolicy";
    expect(await refusal(iam.send(new GetPolicyCommand({ PolicyArn: none })))).toEqual(
      noSuchEntity(`Policy ${none} was not found.`),
    );
  });

  test("scopes, and pages that go from the account's own over to the canned ones", async () => {
    const names = async (input: ListPoliciesCommandInput) => {
      const found: (string | undefined)[] = [];
      let Marker: string | undefined;
      do {
        const page = await iam.send(
          new ListPoliciesCommand({ ...input, ...(Marker === undefined ? {} : { Marker }) }),
        );
        expect(page.Policies?.length).toBeLessThanOrEqual(input.MaxItems ?? 100);
        found.push(...(page.Policies ?? []).map(({ Arn }) => Arn));
        Marker = page.Marker;
      } while (Marker !== undefined);
      return found;
    };
    for (const name of ["listed-1", "listed-2", "listed-3"]) await make(name);
    const own = await names({ Scope: "Local", MaxItems: 2 });
    const canned = await names({ Scope: "AWS", MaxItems: 50 });
    expect(own).toContain(arnOf("listed-2"));
    expect(canned).toContain(ADMINISTRATOR);
    expect(
      [...own, ...canned].filter((arn) => !arn?.includes(own.includes(arn) ? account : "::aws:")),
    ).toEqual([]);
    for (const MaxItems of [40, own.length, 1000])
      expect(await names({ MaxItems })).toEqual([...own, ...canned]);
    expect(await names({ PathPrefix: "/job-function/" })).toContain(
      "arn:aws:iam::aws:policy/job-function/Billing",
    );
    for (const Marker of ["2.x", "3.", "x"])
      expect(await refusal(iam.send(new ListPoliciesCommand({ Marker })))).toMatchObject({
        code: "ValidationError",
      });
  });

  test("filters by use", async () => {
    await make("attached");
    await make("boundary");
    await iam.send(
      new CreateUserCommand({ UserName: "filtered", PermissionsBoundary: arnOf("boundary") }),
    );
    await iam.send(
      new AttachUserPolicyCommand({ UserName: "filtered", PolicyArn: arnOf("attached") }),
    );
    await iam.send(new AttachUserPolicyCommand({ UserName: "filtered", PolicyArn: ADMINISTRATOR }));
    const arns = async (input: ListPoliciesCommandInput) =>
      (await iam.send(new ListPoliciesCommand({ MaxItems: 1000, ...input }))).Policies?.map(
        ({ Arn }) => Arn,
      );
    const used = await arns({ OnlyAttached: true });
    for (const arn of [arnOf("attached"), arnOf("boundary"), ADMINISTRATOR])
      expect(used).toContain(arn);
    expect(used).not.toContain(arnOf("untagged"));
    expect(await arns({ OnlyAttached: true, Scope: "AWS" })).toEqual([ADMINISTRATOR]);
    expect(await arns({ PolicyUsageFilter: "PermissionsBoundary" })).toContain(arnOf("boundary"));
    expect(await arns({ PolicyUsageFilter: "PermissionsBoundary" })).not.toContain(
      arnOf("attached"),
    );
    expect(await arns({ PolicyUsageFilter: "PermissionsPolicy" })).not.toContain(arnOf("boundary"));
  });
});
