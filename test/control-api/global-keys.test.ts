import { ListUsersCommand, PutUserPolicyCommand } from "@aws-sdk/client-iam";
import {
  CreateAccountCommand,
  CreateOrganizationalUnitCommand,
  CreateOrganizationCommand,
  DescribeOrganizationCommand,
  ListRootsCommand,
  MoveAccountCommand,
} from "@aws-sdk/client-organizations";
import { AssumeRoleCommand } from "@aws-sdk/client-sts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  credentialsOf,
  startInstallation,
  type TestCredentials,
  type TestInstallation,
} from "../support/harness.ts";
import { allow, document, user } from "../support/people.ts";

/**
 * Global condition keys in requests to the control API and to a protected API: where one is
 * missing, a deny that asks for it silently does not apply (IAM
 * UG/reference_policies_condition-keys).
 */
let here: TestInstallation;
let organization: string;
let root: string;
beforeAll(async () => {
  here = await startInstallation();
  await here.organizations.send(new CreateOrganizationCommand({ FeatureSet: "ALL" }));
  const { Organization } = await here.organizations.send(new DescribeOrganizationCommand({}));
  const { Roots } = await here.organizations.send(new ListRootsCommand({}));
  organization = Organization?.Id ?? "";
  root = Roots?.[0]?.Id ?? "";
});
afterAll(() => here.stop());

const ANYTHING = allow(["iam:*", "orders:*", "sts:*"]);
const denyIf = (Condition: object) => ({ Effect: "Deny", Action: "*", Resource: "*", Condition });

/** Whether the caller may list users, and list orders. */
async function may(caller: TestCredentials): Promise<readonly [boolean, boolean]> {
  const users = await here
    .iamAs(caller)
    .send(new ListUsersCommand({}))
    .then(
      () => true,
      (error: Error) => {
        expect(error.name).toBe("AccessDenied");
        return false;
      },
    );
  const { status } = await here.call(caller, "GET", "/orders");
  expect([200, 403]).toContain(status);
  return [users, status === 200];
}

describe("aws:ViaAWSService", () => {
  it("is false in every request, so that a deny that exempts services holds for direct calls", async () => {
    const outside = { NotIpAddress: { "aws:SourceIp": ["192.0.2.0/24"] } };
    const exempting = { ...outside, Bool: { "aws:ViaAWSService": "false" } };
    expect(await may(await user(here, "direct", ANYTHING, denyIf(exempting)))).toEqual([
      false,
      false,
    ]);
    const onlyServices = { ...outside, Bool: { "aws:ViaAWSService": "true" } };
    expect(await may(await user(here, "service", ANYTHING, denyIf(onlyServices)))).toEqual([
      true,
      true,
    ]);
  });
});

describe("aws:PrincipalOrgPaths", () => {
  const within = (path: string) =>
    denyIf({ "ForAnyValue:StringLike": { "aws:PrincipalOrgPaths": [path] } });

  it("is the management account's place, wherever it is moved", async () => {
    const ana = await user(here, "ana", ANYTHING);
    const denyWithin = (path: string) =>
      here.iam.send(
        new PutUserPolicyCommand({
          UserName: "ana",
          PolicyName: "own",
          PolicyDocument: document(ANYTHING, within(path)),
        }),
      );
    await denyWithin(`${organization}/${root}/`);
    expect(await may(ana)).toEqual([false, false]);
    await denyWithin(`${organization}/${root}/ou-*`);
    expect(await may(ana)).toEqual([true, true]);
    const { OrganizationalUnit } = await here.organizations.send(
      new CreateOrganizationalUnitCommand({ ParentId: root, Name: "operators" }),
    );
    const unit = OrganizationalUnit?.Id ?? "";
    await here.organizations.send(
      new MoveAccountCommand({
        AccountId: here.account,
        SourceParentId: root,
        DestinationParentId: unit,
      }),
    );
    expect(await may(ana)).toEqual([false, false]);
    await denyWithin(`${organization}/${root}/${unit}/`);
    expect(await may(ana)).toEqual([false, false]);
  });

  it("is a member account's place", async () => {
    const made = await here.organizations.send(
      new CreateAccountCommand({ AccountName: "member", Email: "member@example.com" }),
    );
    const member = made.CreateAccountStatus?.AccountId ?? "";
    const operator = await user(here, "operator", allow("*"));
    const { Credentials } = await here.stsAs(operator).send(
      new AssumeRoleCommand({
        RoleArn: `arn:aws:iam::${member}:role/OrganizationAccountAccessRole`,
        RoleSessionName: "set-up",
      }),
    );
    const theirs = here.iamAs(credentialsOf(Credentials));
    const inMember = { ...here, iam: theirs };
    const bob = await user(inMember, "bob", ANYTHING, within(`${organization}/*`));
    expect(await may(bob)).toEqual([false, false]);
    const cleo = await user(inMember, "cleo", ANYTHING, within("o-elsewhere1/*"));
    expect(await may(cleo)).toEqual([true, true]);
  });
});

describe("aws:ResourceOrgID", () => {
  it("is the organization of the caller's own resources", async () => {
    const inside = denyIf({ StringNotEquals: { "aws:ResourceOrgID": organization } });
    expect(await may(await user(here, "inside", ANYTHING, inside))).toEqual([true, true]);
    const own = denyIf({ StringEquals: { "aws:ResourceOrgID": organization } });
    expect(await may(await user(here, "own", ANYTHING, own))).toEqual([false, false]);
  });
});
