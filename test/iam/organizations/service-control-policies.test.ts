import {
  AttachPolicyCommand,
  CreateOrganizationalUnitCommand,
  CreatePolicyCommand,
  DeletePolicyCommand,
  DescribePolicyCommand,
  DetachPolicyCommand,
  DisablePolicyTypeCommand,
  EnablePolicyTypeCommand,
  ListPoliciesCommand,
  ListPoliciesForTargetCommand,
  ListRootsCommand,
  ListTargetsForPolicyCommand,
  MoveAccountCommand,
  type OrganizationsClient,
  UpdatePolicyCommand,
} from "@aws-sdk/client-organizations";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  startInstallation,
  type TestCredentials,
  type TestInstallation,
} from "../../support/harness.ts";
import { openOrganization } from "../../support/tenant.ts";

const document = (Effect: "Allow" | "Deny", Action: string | string[]) =>
  JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect, Action, Resource: "*" }] });

describe("organizations", () => {
  let installation: TestInstallation;
  let organizations: OrganizationsClient;
  let rootId: string;
  let operator: TestCredentials;
  let enter: (account: string) => Promise<TestCredentials>;
  let open: (name: string) => Promise<string>;

  beforeAll(async () => {
    installation = await startInstallation();
    organizations = installation.organizations;
    const organization = await openOrganization(installation);
    open = async (name) => (await organization.open(name)).id;
    ({ operator, enter } = organization);
    const { Roots } = await organizations.send(new ListRootsCommand({}));
    rootId = Roots?.[0]?.Id ?? "";
  });
  afterAll(() => installation.stop());

  const orders = async (who: TestCredentials) =>
    (await installation.call(who, "GET", "/orders")).status;

  it("binds members by service control policies at the very next request, the root's, a unit's and the account's own", async () => {
    const id = await open("guarded");
    const session = await enter(id);
    expect(await orders(session)).toBe(200);
    const made = await organizations.send(
      new CreatePolicyCommand({
        Name: "NoListing",
        Description: "",
        Type: "SERVICE_CONTROL_POLICY",
        Content: document("Deny", "orders:ListOrders"),
      }),
    );
    const PolicyId = made.Policy?.PolicySummary?.Id ?? "";
    const attach = (TargetId: string) =>
      organizations.send(new AttachPolicyCommand({ PolicyId, TargetId }));
    await expect(attach(id)).rejects.toMatchObject({ name: "PolicyTypeNotEnabledException" });
    await organizations.send(
      new EnablePolicyTypeCommand({ RootId: rootId, PolicyType: "SERVICE_CONTROL_POLICY" }),
    );
    await expect(
      organizations.send(
        new EnablePolicyTypeCommand({ RootId: rootId, PolicyType: "SERVICE_CONTROL_POLICY" }),
      ),
    ).rejects.toMatchObject({ name: "PolicyTypeAlreadyEnabledException" });
    const unit =
      (
        await organizations.send(
          new CreateOrganizationalUnitCommand({ ParentId: rootId, Name: "Guarded" }),
        )
      ).OrganizationalUnit?.Id ?? "";
    await organizations.send(
      new MoveAccountCommand({ AccountId: id, SourceParentId: rootId, DestinationParentId: unit }),
    );
    expect(await orders(session)).toBe(200);
    for (const TargetId of [id, unit, rootId]) {
      await attach(TargetId);
      expect(await orders(session)).toBe(403);
      await expect(attach(TargetId)).rejects.toMatchObject({
        name: "DuplicatePolicyAttachmentException",
      });
      // The management account is exempt, whatever is attached to the root.
      expect(await orders(operator)).toBe(200);
      await organizations.send(new DetachPolicyCommand({ PolicyId, TargetId }));
      expect(await orders(session)).toBe(200);
    }
    await attach(unit);
    const targets = await organizations.send(new ListTargetsForPolicyCommand({ PolicyId }));
    expect(targets.Targets).toMatchObject([
      { TargetId: unit, Name: "Guarded", Type: "ORGANIZATIONAL_UNIT" },
    ]);
    const policies = await organizations.send(
      new ListPoliciesForTargetCommand({ TargetId: unit, Filter: "SERVICE_CONTROL_POLICY" }),
    );
    expect(policies.Policies?.map((policy) => policy.Name)).toEqual(["FullAWSAccess", "NoListing"]);
    await organizations.send(
      new UpdatePolicyCommand({ PolicyId, Content: document("Deny", "orders:CreateOrder") }),
    );
    expect(await orders(session)).toBe(200);
    await expect(organizations.send(new DeletePolicyCommand({ PolicyId }))).rejects.toMatchObject({
      name: "PolicyInUseException",
    });
    await organizations.send(
      new DisablePolicyTypeCommand({ RootId: rootId, PolicyType: "SERVICE_CONTROL_POLICY" }),
    );
    await expect(
      organizations.send(
        new DisablePolicyTypeCommand({ RootId: rootId, PolicyType: "SERVICE_CONTROL_POLICY" }),
      ),
    ).rejects.toMatchObject({ name: "PolicyTypeNotEnabledException" });
    await organizations.send(
      new EnablePolicyTypeCommand({ RootId: rootId, PolicyType: "SERVICE_CONTROL_POLICY" }),
    );
    await expect(
      organizations.send(new DetachPolicyCommand({ PolicyId, TargetId: unit })),
    ).rejects.toMatchObject({ name: "PolicyNotAttachedException" });
    await expect(
      organizations.send(new DetachPolicyCommand({ PolicyId: "p-FullAWSAccess", TargetId: unit })),
    ).rejects.toMatchObject({
      name: "ConstraintViolationException",
      Reason: "MIN_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED",
    });
    await organizations.send(new DeletePolicyCommand({ PolicyId }));
    await expect(organizations.send(new DescribePolicyCommand({ PolicyId }))).rejects.toMatchObject(
      {
        name: "PolicyNotFoundException",
      },
    );
  });

  it("keeps service control policies as documents with unique names", async () => {
    const create = (Name: string, Content: string) =>
      organizations.send(
        new CreatePolicyCommand({
          Name,
          Description: "d",
          Type: "SERVICE_CONTROL_POLICY",
          Content,
        }),
      );
    await expect(create("Bad", "{")).rejects.toMatchObject({
      name: "MalformedPolicyDocumentException",
    });
    await create("Once", document("Allow", "*"));
    await expect(create("ONCE", document("Allow", "*"))).rejects.toMatchObject({
      name: "DuplicatePolicyException",
    });
    const listed = await organizations.send(
      new ListPoliciesCommand({ Filter: "SERVICE_CONTROL_POLICY" }),
    );
    expect(listed.Policies?.map(({ Name, AwsManaged }) => [Name, AwsManaged])).toEqual([
      ["FullAWSAccess", true],
      ["Once", false],
    ]);
    await expect(
      organizations.send(new UpdatePolicyCommand({ PolicyId: "p-FullAWSAccess", Name: "mine" })),
    ).rejects.toMatchObject({ name: "InvalidInputException", Reason: "IMMUTABLE_POLICY" });
  });
});
