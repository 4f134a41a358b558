import { DynamoDBClient, ScanCommand } from "@aws-sdk/client-dynamodb";
import {
  CreateAccessKeyCommand,
  CreateUserCommand,
  PutUserPolicyCommand,
} from "@aws-sdk/client-iam";
import {
  AttachPolicyCommand,
  CreateAccountCommand,
  CreateOrganizationalUnitCommand,
  CreateOrganizationCommand,
  CreatePolicyCommand,
  DeletePolicyCommand,
  DetachPolicyCommand,
  DisablePolicyTypeCommand,
  EnablePolicyTypeCommand,
  ListPoliciesForTargetCommand,
  ListRootsCommand,
  MoveAccountCommand,
  type OrganizationsClient,
  paginateListTargetsForPolicy,
} from "@aws-sdk/client-organizations";
import { AssumeRoleCommand } from "@aws-sdk/client-sts";
import { removeMember } from "@portcullis/iam/account-removal";
import { atomically } from "@portcullis/iam/unit-of-work";
import { dynamoStore } from "@portcullis/store";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  credentialsOf,
  startInstallation,
  type TestCredentials,
  type TestInstallation,
} from "../../support/harness.ts";

const PolicyType = "SERVICE_CONTROL_POLICY";
const FULL = "p-FullAWSAccess";
const document = (Effect: "Allow" | "Deny", Action: string) =>
  JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect, Action, Resource: "*" }] });

describe("attachments of service control policies", () => {
  let installation: TestInstallation;
  let organizations: OrganizationsClient;
  let rootId: string;
  let unit: string;
  /** One below the root, one in the unit. */
  let members: readonly { readonly id: string; readonly session: TestCredentials }[];
  let operator: TestCredentials;

  beforeAll(async () => {
    installation = await startInstallation();
    organizations = installation.organizations;
    await installation.iam.send(new CreateUserCommand({ UserName: "operator" }));
    await installation.iam.send(
      new PutUserPolicyCommand({
        UserName: "operator",
        PolicyName: "all",
        PolicyDocument: document("Allow", "*"),
      }),
    );
    const key = await installation.iam.send(new CreateAccessKeyCommand({ UserName: "operator" }));
    operator = credentialsOf(key.AccessKey);
    await organizations.send(new CreateOrganizationCommand({ FeatureSet: "ALL" }));
    rootId = (await organizations.send(new ListRootsCommand({}))).Roots?.[0]?.Id ?? "";
    const made = await organizations.send(
      new CreateOrganizationalUnitCommand({ ParentId: rootId, Name: "unit" }),
    );
    unit = made.OrganizationalUnit?.Id ?? "";
    members = [await open("outside"), await open("inside")];
    await organizations.send(
      new MoveAccountCommand({
        AccountId: members[1]?.id,
        SourceParentId: rootId,
        DestinationParentId: unit,
      }),
    );
  });
  afterAll(() => installation.stop());

  async function open(name: string) {
    const made = await organizations.send(
      new CreateAccountCommand({ AccountName: name, Email: `${name}@example.com` }),
    );
    const id = made.CreateAccountStatus?.AccountId ?? "";
    const RoleArn = `arn:aws:iam::${id}:role/OrganizationAccountAccessRole`;
    const assumed = await installation
      .stsAs(operator)
      .send(new AssumeRoleCommand({ RoleArn, RoleSessionName: "operator" }));
    return { id, session: credentialsOf(assumed.Credentials) };
  }
  const makePolicy = async (Name: string) => {
    const made = await organizations.send(
      new CreatePolicyCommand({
        Name,
        Description: "",
        Type: PolicyType,
        Content: document("Deny", "orders:*"),
      }),
    );
    return made.Policy?.PolicySummary?.Id ?? "";
  };
  const enable = () =>
    organizations.send(new EnablePolicyTypeCommand({ RootId: rootId, PolicyType }));
  const disable = () =>
    organizations.send(new DisablePolicyTypeCommand({ RootId: rootId, PolicyType }));
  const attach = (PolicyId: string, TargetId: string) =>
    organizations.send(new AttachPolicyCommand({ PolicyId, TargetId }));
  const detach = (PolicyId: string, TargetId: string) =>
    organizations.send(new DetachPolicyCommand({ PolicyId, TargetId }));
  const policiesOf = async (TargetId: string) => {
    const answer = await organizations.send(
      new ListPoliciesForTargetCommand({ TargetId, Filter: PolicyType }),
    );
    return answer.Policies?.map(({ Id }) => Id);
  };
  const targetsOf = async (PolicyId: string, pageSize = 20) => {
    const found: string[] = [];
    const pages = paginateListTargetsForPolicy({ client: organizations, pageSize }, { PolicyId });
    for await (const { Targets = [] } of pages)
      found.push(...Targets.map(({ TargetId }) => TargetId ?? ""));
    return found.sort();
  };
  const orders = async (session: TestCredentials) =>
    (await installation.call(session, "GET", "/orders")).status;
  const decisions = () => Promise.all(members.map(({ session }) => orders(session)));
  const everything = () => [rootId, unit, "100000000000", ...members.map(({ id }) => id)].sort();

  test("are gone when the type is disabled, and enabled again everything has AWS's own and no other", async () => {
    const [outside = { id: "" }, inside = { id: "" }] = members;
    await enable();
    const policy = await makePolicy("everywhere");
    for (const target of [rootId, unit, outside.id, inside.id]) await attach(policy, target);
    await detach(FULL, inside.id);
    expect(await decisions()).toEqual([403, 403]);
    expect(await targetsOf(policy, 1)).toEqual([rootId, unit, outside.id, inside.id].sort());
    expect(await targetsOf(FULL, 1)).toEqual(everything().filter((id) => id !== inside.id));

    await disable();
    expect(await decisions()).toEqual([200, 200]);
    expect([await targetsOf(policy), await targetsOf(FULL)]).toEqual([[], []]);
    for (const target of [rootId, unit, outside.id]) expect(await policiesOf(target)).toEqual([]);
    await expect(detach(policy, inside.id)).rejects.toMatchObject({
      name: "PolicyNotAttachedException",
    });

    await enable();
    expect(await decisions()).toEqual([200, 200]);
    expect(await targetsOf(policy)).toEqual([]);
    expect(await targetsOf(FULL)).toEqual(everything());
    for (const target of [rootId, unit, outside.id, inside.id])
      expect(await policiesOf(target)).toEqual([FULL]);

    await attach(policy, inside.id);
    expect(await decisions()).toEqual([200, 403]);
    expect(await targetsOf(policy)).toEqual([inside.id]);
    await expect(
      organizations.send(new DeletePolicyCommand({ PolicyId: policy })),
    ).rejects.toMatchObject({
      name: "PolicyInUseException",
    });
    await disable();
    // what was attached in an earlier generation keeps nothing from being deleted
    await organizations.send(new DeletePolicyCommand({ PolicyId: policy }));
    await enable();
    expect(await decisions()).toEqual([200, 200]);
    await disable();
  });

  test("bind an account opened at any time as they bind the others", async () => {
    await enable();
    const policy = await makePolicy("late");
    const late = await open("late");
    expect(await policiesOf(late.id)).toEqual([FULL]);
    await attach(policy, late.id);
    expect(await orders(late.session)).toBe(403);
    await disable();
    await enable();
    expect([await orders(late.session), await policiesOf(late.id)]).toEqual([200, [FULL]]);
    await disable();
    await organizations.send(new DeletePolicyCommand({ PolicyId: policy }));
  });

  test("of whatever generation go with a purged account, and only those that count are counted", async () => {
    const client = new DynamoDBClient({
      endpoint: installation.local.dynamodbEndpoint,
      region: "us-east-1",
      credentials: { accessKeyId: "local", secretAccessKey: "local" },
    });
    const store = dynamoStore({ tableName: "portcullis", client });
    const purge = (id: string) =>
      atomically(store, (unit) =>
        removeMember({ unit, settings: { managementAccount: "100000000000" } }, id),
      );
    const partitions = async (id: string) => {
      const { Items = [] } = await client.send(new ScanCommand({ TableName: "portcullis" }));
      return Items.filter((item) => item.sk?.S === `target/${id}`).map((item) => item.pk?.S);
    };
    const [old, renewed] = [await open("old"), await open("renewed")];
    await enable();
    const policy = await makePolicy("purged");
    for (const { id } of [old, renewed]) await attach(policy, id);
    await disable();
    await enable();
    await attach(policy, renewed.id);
    expect([await partitions(old.id), await partitions(renewed.id)]).toEqual([
      [expect.any(String)],
      [expect.any(String)],
    ]);
    await purge(old.id);
    await expect(
      organizations.send(new DeletePolicyCommand({ PolicyId: policy })),
    ).rejects.toMatchObject({
      name: "PolicyInUseException",
    });
    await purge(renewed.id);
    expect([await partitions(old.id), await partitions(renewed.id)]).toEqual([[], []]);
    await organizations.send(new DeletePolicyCommand({ PolicyId: policy }));
    await disable();
    client.destroy();
  });

  test("made while the type is switched are either gone or in force, and what is listed decides", async () => {
    const [, inside = { id: "", session: operator }] = members;
    await enable();
    const policy = await makePolicy("racing");
    for (let round = 0; round < 5; round++) {
      await Promise.allSettled([
        attach(policy, inside.id),
        disable().then(enable),
        attach(policy, unit),
        attach(policy, inside.id),
      ]);
      const lists = [await policiesOf(rootId), await policiesOf(unit), await policiesOf(inside.id)];
      const denied = lists.some((list) => list?.includes(policy));
      expect(await orders(inside.session)).toBe(denied ? 403 : 200);
      expect(await targetsOf(policy)).toEqual(
        [rootId, unit, inside.id].filter((_, index) => lists[index]?.includes(policy)).sort(),
      );
      await disable();
      await enable();
    }
    await disable();
    await organizations.send(new DeletePolicyCommand({ PolicyId: policy }));
  });

  test("decide as a list of them would, whatever is done in whatever order", async () => {
    const policy = await makePolicy("modelled");
    const [outside = { id: "" }, inside = { id: "" }] = members;
    const targets = [rootId, unit, outside.id, inside.id];
    const step = fc.oneof(
      fc.record({ attach: fc.nat(3) }),
      fc.record({ detach: fc.nat(3) }),
      fc.record({ switched: fc.boolean() }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 12 }), async (steps) => {
        let enabled = false;
        let attached = new Set<number>();
        for (const each of steps) {
          if ("attach" in each) {
            await attach(policy, targets[each.attach] ?? "").catch(() => undefined);
            if (enabled) attached.add(each.attach);
          } else if ("detach" in each) {
            await detach(policy, targets[each.detach] ?? "").catch(() => undefined);
            attached.delete(each.detach);
          } else {
            await (each.switched ? enable() : disable()).catch(() => undefined);
            if (!each.switched) attached = new Set();
            enabled = each.switched;
          }
          const denied = (own: readonly number[]) => own.some((index) => attached.has(index));
          expect(await decisions()).toEqual([
            denied([0, 2]) ? 403 : 200,
            denied([0, 1, 3]) ? 403 : 200,
          ]);
        }
        expect(await targetsOf(policy)).toEqual(
          [...attached].map((index) => targets[index]).sort(),
        );
        await disable().catch(() => undefined);
      }),
      { numRuns: 12, seed: 7 },
    );
  });
});
