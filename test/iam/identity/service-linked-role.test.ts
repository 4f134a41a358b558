import {
  AttachRolePolicyCommand,
  CreateRoleCommand,
  CreateServiceLinkedRoleCommand,
  DeleteRoleCommand,
  DeleteServiceLinkedRoleCommand,
  DisableOutboundWebIdentityFederationCommand,
  EnableOutboundWebIdentityFederationCommand,
  GetOutboundWebIdentityFederationInfoCommand,
  GetPolicyCommand,
  GetRoleCommand,
  GetServiceLinkedRoleDeletionStatusCommand,
  type IAMClient,
  ListAttachedRolePoliciesCommand,
  ListRoleTagsCommand,
  PutRolePermissionsBoundaryCommand,
  TagRoleCommand,
  UntagRoleCommand,
  UpdateAssumeRolePolicyCommand,
  UpdateRoleCommand,
  UpdateRoleDescriptionCommand,
} from "@aws-sdk/client-iam";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { serviceLinkedRoles } from "../../../packages/iam/src/canned/service-linked-role.ts";
import { invalidInput, noSuchEntity, unmodifiable } from "../../support/expected.ts";
import { startInstallation, type TestInstallation } from "../../support/harness.ts";
import { refusal } from "../../support/refusal.ts";

let installation: TestInstallation;
let iam: IAMClient;
let account: string;
beforeAll(async () => {
  installation = await startInstallation();
  ({ iam, account } = installation);
});
afterAll(() => installation?.stop());

const make = (AWSServiceName: string, more: object = {}) =>
  iam.send(new CreateServiceLinkedRoleCommand({ AWSServiceName, ...more }));
const trustIn = (service: string) => ({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: { Service: service }, Action: "sts:AssumeRole" }],
});

describe("service-linked roles", () => {
  test("have the service's name, path, trust and policy", async () => {
    const { Role } = await make("rds.amazonaws.com");
    expect(Role).toMatchObject({
      Path: "/aws-service-role/rds.amazonaws.com/",
      RoleName: "AWSServiceRoleForRDS",
      Arn: `arn:aws:iam::${account}:role/aws-service-role/rds.amazonaws.com/AWSServiceRoleForRDS`,
    });
    expect(JSON.parse(decodeURIComponent(Role?.AssumeRolePolicyDocument ?? ""))).toEqual(
      trustIn("rds.amazonaws.com"),
    );
    const { Role: got } = await iam.send(new GetRoleCommand({ RoleName: "AWSServiceRoleForRDS" }));
    expect(got).toMatchObject({
      Description: "Allows Amazon RDS to manage AWS resources on your behalf",
      MaxSessionDuration: 3600,
    });
    const { AttachedPolicies } = await iam.send(
      new ListAttachedRolePoliciesCommand({ RoleName: "AWSServiceRoleForRDS" }),
    );
    const PolicyArn = "arn:aws:iam::aws:policy/aws-service-role/AmazonRDSServiceRolePolicy";
    expect(AttachedPolicies).toEqual([{ PolicyName: "AmazonRDSServiceRolePolicy", PolicyArn }]);
    expect((await iam.send(new GetPolicyCommand({ PolicyArn }))).Policy?.AttachmentCount).toBe(1);
    expect(await refusal(make("rds.amazonaws.com"))).toEqual(
      invalidInput(
        "Service role name AWSServiceRoleForRDS has been taken in this account, please try a different suffix.",
      ),
    );
  });

  test("there are 72 services; each has a role name of its own and a policy in the catalogue", () => {
    const all = [...serviceLinkedRoles().values()];
    expect(all).toHaveLength(72);
    expect(new Set(all.map(({ roleName }) => roleName)).size).toBe(72);
  });

  test("take a suffix where the service allows it", async () => {
    const { Role } = await make("autoscaling.amazonaws.com", {
      CustomSuffix: "mine",
      Description: "my own",
    });
    expect(Role?.RoleName).toBe("AWSServiceRoleForAutoScaling_mine");
    expect(await refusal(make("ecs.amazonaws.com", { CustomSuffix: "mine" }))).toEqual(
      invalidInput("Custom suffix is not allowed for ecs.amazonaws.com"),
    );
    expect(await refusal(make("nobody.amazonaws.com"))).toMatchObject({
      code: "InvalidInput",
      status: 400,
    });
  });

  test("have a description that can be changed", async () => {
    const RoleName = "AWSServiceRoleForApplicationAutoScaling_CustomResource";
    await make("custom-resource.application-autoscaling.amazonaws.com");
    const described = async () =>
      (await iam.send(new GetRoleCommand({ RoleName }))).Role?.Description;
    await iam.send(new UpdateRoleCommand({ RoleName, Description: "one" }));
    expect(await described()).toBe("one");
    const { Role } = await iam.send(
      new UpdateRoleDescriptionCommand({ RoleName, Description: "two" }),
    );
    expect(Role?.Description).toBe("two");
    expect(await described()).toBe("two");
  });

  test("can be changed by nobody else, and are deleted by a task", async () => {
    const RoleName = "AWSServiceRoleForBackup";
    await make("backup.amazonaws.com");
    const refused = unmodifiable(
      `Cannot perform the operation on the protected role '${RoleName}' - this role is only modifiable by AWS`,
    );
    const PolicyArn = "arn:aws:iam::aws:policy/AdministratorAccess";
    expect(await refusal(iam.send(new DeleteRoleCommand({ RoleName })))).toEqual(refused);
    expect(
      await refusal(iam.send(new UpdateRoleCommand({ RoleName, MaxSessionDuration: 7200 }))),
    ).toEqual(refused);
    expect(await refusal(iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn })))).toEqual(
      refused,
    );
    expect(
      await refusal(
        iam.send(
          new PutRolePermissionsBoundaryCommand({ RoleName, PermissionsBoundary: PolicyArn }),
        ),
      ),
    ).toEqual(refused);
    const PolicyDocument = JSON.stringify(trustIn("ec2.amazonaws.com"));
    expect(
      await refusal(iam.send(new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument }))),
    ).toEqual(refused);

    const { DeletionTaskId } = await iam.send(new DeleteServiceLinkedRoleCommand({ RoleName }));
    expect(DeletionTaskId).toMatch(
      /^task\/aws-service-role\/backup\.amazonaws\.com\/AWSServiceRoleForBackup\/[0-9a-f-]{36}$/,
    );
    const { $metadata, ...status } = await iam.send(
      new GetServiceLinkedRoleDeletionStatusCommand({ DeletionTaskId }),
    );
    expect(status).toEqual({ Status: "SUCCEEDED" });
    expect(await refusal(iam.send(new GetRoleCommand({ RoleName })))).toMatchObject({
      code: "NoSuchEntity",
    });
    await make("backup.amazonaws.com");
  });

  test("what can't be deleted so", async () => {
    await iam.send(
      new CreateRoleCommand({
        RoleName: "ordinary",
        AssumeRolePolicyDocument: JSON.stringify(trustIn("ec2.amazonaws.com")),
      }),
    );
    const remove = (RoleName: string) =>
      refusal(iam.send(new DeleteServiceLinkedRoleCommand({ RoleName })));
    expect(await remove("ordinary")).toMatchObject({ code: "InvalidInput" });
    expect(await remove("nobody")).toEqual(
      noSuchEntity("The role with name nobody cannot be found."),
    );
    const DeletionTaskId = "task/aws-service-role/x.amazonaws.com/X/1";
    expect(
      await refusal(iam.send(new GetServiceLinkedRoleDeletionStatusCommand({ DeletionTaskId }))),
    ).toMatchObject({ code: "NoSuchEntity" });
  });
});

describe("tags of roles", () => {
  test("are merged, shown by GetRole, listed in pages and removed", async () => {
    const RoleName = "tagged";
    await iam.send(
      new CreateRoleCommand({
        RoleName,
        AssumeRolePolicyDocument: JSON.stringify(trustIn("ec2.amazonaws.com")),
        Tags: [{ Key: "a", Value: "1" }],
      }),
    );
    await iam.send(
      new TagRoleCommand({
        RoleName,
        Tags: [
          { Key: "A", Value: "2" },
          { Key: "b", Value: "3" },
        ],
      }),
    );
    const Tags = [
      { Key: "A", Value: "2" },
      { Key: "b", Value: "3" },
    ];
    expect((await iam.send(new GetRoleCommand({ RoleName }))).Role?.Tags).toEqual(Tags);
    const page = await iam.send(new ListRoleTagsCommand({ RoleName, MaxItems: 1 }));
    expect(page).toMatchObject({ Tags: [Tags[0]], IsTruncated: true });
    expect(
      (await iam.send(new ListRoleTagsCommand({ RoleName, Marker: page.Marker }))).Tags,
    ).toEqual([Tags[1]]);
    await iam.send(new UntagRoleCommand({ RoleName, TagKeys: ["a", "b"] }));
    expect((await iam.send(new GetRoleCommand({ RoleName }))).Role).not.toHaveProperty("Tags");
  });

  test("of no role", async () => {
    const missing = noSuchEntity("The role with name none cannot be found.");
    const RoleName = "none";
    expect(await refusal(iam.send(new TagRoleCommand({ RoleName, Tags: [] })))).toEqual(missing);
    expect(await refusal(iam.send(new UntagRoleCommand({ RoleName, TagKeys: ["a"] })))).toEqual(
      missing,
    );
    expect(await refusal(iam.send(new ListRoleTagsCommand({ RoleName })))).toEqual(missing);
  });
});

describe("outbound web identity federation", () => {
  test("is off, is switched on and off, and says who issues the tokens", async () => {
    const info = () => iam.send(new GetOutboundWebIdentityFederationInfoCommand({}));
    const enable = () => iam.send(new EnableOutboundWebIdentityFederationCommand({}));
    const disable = () => iam.send(new DisableOutboundWebIdentityFederationCommand({}));
    const disabled = { code: "FeatureDisabled", status: 404 };
    expect(await refusal(info())).toMatchObject(disabled);
    expect(await refusal(disable())).toMatchObject(disabled);
    expect(await enable()).toMatchObject({ IssuerIdentifier: installation.local.controlUrl });
    expect(await info()).toMatchObject({
      IssuerIdentifier: installation.local.controlUrl,
      JwtVendingEnabled: true,
    });
    expect(await refusal(enable())).toMatchObject({ code: "FeatureEnabled", status: 409 });
    await disable();
    expect(await refusal(info())).toMatchObject(disabled);
  });
});
