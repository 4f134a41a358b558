import type { AccountRecord } from "@portcullis/iam/record/account";
import { organizationKey, serviceControlPolicyKey } from "@portcullis/iam/record/organization";
import { beforeEach, describe, expect, it } from "vitest";
import type { TestCredentials } from "../support/harness.ts";
import { allow, deny, document } from "../support/people.ts";
import { ACCOUNT, type RecordWorld, recordWorld } from "../support/record-world.ts";
import { denied, failed, inline, partitions, summary } from "./asked.ts";

/** The organization's policies in decisions on its members. */
const MEMBER = "200000000000";
const ALL = document(allow("*"));
const NONE = document(deny("*"));

let world: RecordWorld;
let authorizer: ReturnType<RecordWorld["authorizer"]>;
beforeEach(() => {
  world = recordWorld();
  authorizer = world.authorizer();
});

describe("guardrails of the organization", () => {
  const FULL = "p-FullAWSAccess";
  const orders = document(allow("orders:*"));
  const member = (changes: Partial<AccountRecord> = {}) =>
    world.account({
      id: MEMBER,
      organizationId: "o-a1b2c3d4e5",
      organizationPath: ["r-ab12", "ou-ab12-11111111"],
      serviceControlPolicies: [FULL],
      ...changes,
    });
  const organization = (attached: Readonly<Record<string, readonly string[]>>, changes = {}) =>
    world.organization({ attached, ...changes });
  const EVERYWHERE = { "r-ab12": [FULL], "ou-ab12-11111111": [FULL] };
  let ana: TestCredentials;
  beforeEach(() => {
    member();
    organization(EVERYWHERE);
    ana = world.key(world.user("ana", { account: MEMBER, inline: inline(ALL) }));
  });
  const reason = "no service control policy allows it";

  it("allow where each level allows, and AWS's own policy needs no read", async () => {
    expect((await authorizer.ask(ana)).line).toMatchObject({ outcome: "allowed", roundTrips: 1 });
    expect(partitions(world)).toEqual([
      ["get", `key/${ana.accessKeyId}`, "account", "organization"],
    ]);
  });

  it.each([
    ["the root", { "r-ab12": ["p-one"], "ou-ab12-11111111": [FULL] }, [FULL]],
    ["a unit", { "r-ab12": [FULL], "ou-ab12-11111111": ["p-one"] }, [FULL]],
    ["a unit without policies", { "r-ab12": [FULL] }, [FULL]],
    ["the account", EVERYWHERE, ["p-one"]],
    ["the account without policies", EVERYWHERE, undefined],
  ])("deny where %s does not allow", async (_, attached, own) => {
    world.guardrail("p-one", orders);
    member(own === undefined ? { serviceControlPolicies: [] } : { serviceControlPolicies: own });
    organization(attached);
    denied(await authorizer.ask(ana), reason);
    // Nor may the root user of a member.
    const root = world.key({ type: "Root", account: MEMBER });
    denied(await authorizer.ask(root), reason);
  });

  it("are read with both records, and again after a change of the organization's", async () => {
    world.guardrail("p-one", ALL);
    organization({ ...EVERYWHERE, "r-ab12": ["p-one"] });
    expect((await authorizer.ask(ana)).line).toMatchObject({ outcome: "allowed", roundTrips: 2 });
    expect(partitions(world)).toEqual([
      ["get", `key/${ana.accessKeyId}`, "account", "organization"],
      ["snapshot", "account", "organization", "service-control-policy/p-one"],
    ]);
    expect((await authorizer.ask(ana)).line).toMatchObject({ outcome: "allowed", roundTrips: 1 });
    world.guardrail("p-one", NONE);
    organization({ ...EVERYWHERE, "r-ab12": ["p-one"] });
    const answer = await authorizer.ask(ana);
    expect(summary(answer)).toEqual([
      "forbidden",
      "explicit deny in a service control policy",
      ["p-one#0"],
    ]);
    expect(answer.line?.roundTrips).toBe(2);
  });

  it("do not go back to an older epoch of the organization", async () => {
    const old = world.stored(organizationKey(ACCOUNT, 0));
    expect((await authorizer.ask(ana)).kind).toBe("allowed");
    world.guardrail("p-one", NONE);
    organization({ ...EVERYWHERE, "r-ab12": ["p-one"] });
    expect((await authorizer.ask(ana)).kind).toBe("forbidden");
    for (let copy = 0; copy < 4; copy++)
      world.restore({ ...old, key: organizationKey(ACCOUNT, copy) });
    expect((await authorizer.ask(ana)).line).toMatchObject({
      outcome: "explicitDeny",
      roundTrips: 1,
    });
  });

  it("are read beside the member's own shared documents", async () => {
    world.guardrail("p-one", ALL);
    organization({ ...EVERYWHERE, "r-ab12": ["p-one"] });
    const arn = world.managed("invoke", ALL, { account: MEMBER });
    const bob = world.key(world.user("bob", { account: MEMBER, attached: [arn] }));
    expect((await authorizer.ask(bob)).line).toMatchObject({ outcome: "allowed", roundTrips: 2 });
    expect((await authorizer.ask(bob)).line).toMatchObject({ outcome: "allowed", roundTrips: 1 });
    world.managed("invoke", NONE, { account: MEMBER });
    member();
    expect((await authorizer.ask(bob)).line).toMatchObject({
      outcome: "explicitDeny",
      statements: [`${arn}#0`],
      roundTrips: 2,
    });
  });

  it("deny all where an account has no policies of its own", async () => {
    const membership = { organizationId: "o-a1b2c3d4e5", organizationPath: ["r-ab12"] };
    world.account({ id: MEMBER, ...membership });
    denied(await authorizer.ask(ana), reason);
  });

  it("are shared by the members, whose own policies are not", async () => {
    world.guardrail("p-one", ALL);
    organization({ ...EVERYWHERE, "r-ab12": ["p-one"] });
    expect((await authorizer.ask(ana)).kind).toBe("allowed");
    const other = "300000000000";
    member({ id: other });
    const bob = world.key(world.user("bob", { account: other, inline: inline(ALL) }));
    expect((await authorizer.ask(bob)).line).toMatchObject({ outcome: "allowed", roundTrips: 1 });
  });

  it("do not bind where they are switched off, outside of a path, or in the management account", async () => {
    world.guardrail("p-one", NONE);
    const attached = { ...EVERYWHERE, "r-ab12": ["p-one"] };
    organization(attached);
    expect((await authorizer.ask(ana)).kind).toBe("forbidden");
    organization(attached, { serviceControlEnabled: false });
    expect((await authorizer.ask(ana)).line).toMatchObject({ outcome: "allowed", roundTrips: 1 });
    organization(attached);
    world.account({ id: MEMBER });
    expect((await authorizer.ask(ana)).kind).toBe("allowed");
    world.account({ organizationId: "o-a1b2c3d4e5", managementPath: ["r-ab12"] });
    const admin = world.key(world.user("admin", { inline: inline(ALL) }));
    expect((await authorizer.ask(admin)).kind).toBe("allowed");
  });

  it("of an earlier generation are void: the account has AWS's own policy", async () => {
    world.guardrail("p-one", NONE);
    member({ serviceControlPolicies: ["p-one"] });
    organization(EVERYWHERE);
    expect((await authorizer.ask(ana)).kind).toBe("forbidden");
    organization(EVERYWHERE, { attachmentGeneration: 1 });
    expect((await authorizer.ask(ana)).kind).toBe("allowed");
  });

  it("fail the decision where a policy or the organization is gone", async () => {
    organization({ ...EVERYWHERE, "r-ab12": ["p-gone"] });
    failed(
      await authorizer.ask(ana),
      "Error: service control policy p-gone applies but does not exist",
    );
    world.guardrail("p-gone", ALL);
    expect((await authorizer.ask(ana)).kind).toBe("allowed");
    world.remove(serviceControlPolicyKey(ACCOUNT, "p-gone"));
    for (let copy = 0; copy < 4; copy++) world.remove(organizationKey(ACCOUNT, copy));
    failed(
      await authorizer.ask(ana),
      `Error: account ${MEMBER} is in an organization that is not there`,
    );
  });

  it("bind the sessions of roles and tokens as well", async () => {
    const role = world.role("clerk", { account: MEMBER, inline: inline(ALL) });
    world.guardrail("p-one", orders);
    organization({ ...EVERYWHERE, "r-ab12": ["p-one"] });
    denied(await authorizer.ask(world.roleSession(role)), reason);
  });

  it("know the organization of the caller and of its resources", async () => {
    const condition = (Condition: object) =>
      world.key(
        world.user("bob", {
          account: MEMBER,
          inline: inline(document({ ...allow("*"), Condition })),
        }),
      );
    const path = "o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/";
    for (const Condition of [
      { StringEquals: { "aws:PrincipalOrgID": "o-a1b2c3d4e5" } },
      { "ForAnyValue:StringEquals": { "aws:PrincipalOrgPaths": path } },
      { StringEquals: { "aws:ResourceOrgID": "o-a1b2c3d4e5" } },
      { "ForAnyValue:StringEquals": { "aws:ResourceOrgPaths": path } },
    ])
      expect((await authorizer.ask(condition(Condition))).kind).toBe("allowed");
    const elsewhere = { StringEquals: { "aws:PrincipalOrgID": "o-elsewhere0" } };
    expect((await authorizer.ask(condition(elsewhere))).kind).toBe("forbidden");
  });
});
