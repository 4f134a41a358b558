import { accountKey } from "@portcullis/iam/record/account";
import { managedPolicyKey } from "@portcullis/iam/record/managed-policy";
import { beforeEach, describe, expect, it } from "vitest";
import { compiledPolicy } from "../../packages/authorizer/src/policies/compiled-policies.ts";
import { allow, deny, document } from "../support/people.ts";
import { ACCOUNT, type RecordWorld, recordWorld } from "../support/record-world.ts";
import { allowedBy, denied, failed, inline, partitions, summary } from "./asked.ts";

/** Which policies a decision is made by, and how often they are read. */
const INVOKE = document(allow("execute-api:Invoke"));
const ALL = document(allow("*"));
const NONE = document(deny("*"));

let world: RecordWorld;
let authorizer: ReturnType<RecordWorld["authorizer"]>;
beforeEach(() => {
  world = recordWorld();
  authorizer = world.authorizer();
});

describe("managed policies", () => {
  it("of a user are read once, in one snapshot with the account's record", async () => {
    const arn = world.managed("invoke", INVOKE, { defaultVersion: 3, path: "/a/b/" });
    const ana = world.key(world.user("ana", { attached: [arn] }));
    const first = await authorizer.ask(ana);
    expect(summary(first)).toEqual(allowedBy(`${arn}#0`));
    expect(first.line?.roundTrips).toBe(2);
    expect(partitions(world)).toEqual([
      ["get", `key/${ana.accessKeyId}`, "account"],
      ["snapshot", "account", "policy/invoke"],
    ]);
    const second = await authorizer.ask(ana);
    expect(summary(second)).toEqual(allowedBy(`${arn}#0`));
    expect(second.line?.roundTrips).toBe(1);
    if (first.kind !== "allowed" || second.kind !== "allowed") throw new Error(second.kind);
    expect(second.caller.policies).toBe(first.caller.policies);
    // Another principal of the account needs no read of it either.
    const bob = world.key(world.user("bob", { attached: [arn] }));
    expect((await authorizer.ask(bob)).line).toMatchObject({ outcome: "allowed", roundTrips: 1 });
  });

  it("are read again after each change of the account's record, and no earlier", async () => {
    const arn = world.managed("invoke", INVOKE);
    const ana = world.key(world.user("ana", { attached: [arn] }));
    expect((await authorizer.ask(ana)).kind).toBe("allowed");
    world.managed("invoke", NONE);
    expect((await authorizer.ask(ana)).line).toMatchObject({ outcome: "allowed", roundTrips: 1 });
    world.account();
    const changed = await authorizer.ask(ana);
    expect(summary(changed)).toEqual([
      "forbidden",
      "explicit deny in an identity-based policy",
      [`${arn}#0`],
    ]);
    expect(changed.line?.roundTrips).toBe(2);
    expect((await authorizer.ask(ana)).line).toMatchObject({
      outcome: "explicitDeny",
      roundTrips: 1,
    });
  });

  it("do not go back to an older epoch, though one copy of the record should be old", async () => {
    const arn = world.managed("invoke", INVOKE);
    const ana = world.key(world.user("ana", { attached: [arn] }));
    const old = world.stored(accountKey(ACCOUNT, 0));
    expect((await authorizer.ask(ana)).kind).toBe("allowed");
    world.managed("invoke", NONE);
    world.account();
    expect((await authorizer.ask(ana)).kind).toBe("forbidden");
    for (let copy = 0; copy < 4; copy++) world.restore({ ...old, key: accountKey(ACCOUNT, copy) });
    expect((await authorizer.ask(ana)).line).toMatchObject({
      outcome: "explicitDeny",
      roundTrips: 1,
    });
  });

  it("of a user change with the user's record alone", async () => {
    const [one, two] = [world.managed("one", INVOKE), world.managed("two", NONE)];
    const principal = world.user("ana", { attached: [one] });
    const { accessKeyId, secretAccessKey } = world.key(principal);
    const ana = { accessKeyId, secretAccessKey };
    expect(summary(await authorizer.ask(ana))).toEqual(allowedBy(`${one}#0`));
    world.key({ ...principal, attached: [one, two] }, { id: accessKeyId });
    expect((await authorizer.ask(ana)).kind).toBe("forbidden");
  });

  it("that are gone, or of another path, fail the decision: they may be the ones that deny", async () => {
    const arn = world.managed("invoke", INVOKE);
    const ana = world.key(world.user("ana", { attached: [arn], inline: inline(ALL) }));
    world.remove(managedPolicyKey(ACCOUNT, "invoke"));
    const absent = `Error: policy ${arn} applies but does not exist`;
    failed(await authorizer.ask(ana), absent);
    world.managed("invoke", INVOKE, { path: "/elsewhere/" });
    failed(await authorizer.ask(ana), absent);
    world.managed("invoke", INVOKE);
    world.account();
    expect((await authorizer.ask(ana)).kind).toBe("allowed");
  });

  it("are found without a cache of what was absent", async () => {
    const arn = `arn:aws:iam::${ACCOUNT}:policy/late`;
    const ana = world.key(world.user("ana", { attached: [arn] }));
    failed(await authorizer.ask(ana), `Error: policy ${arn} applies but does not exist`);
    // The creation of a policy does not change the account's record.
    world.managed("late", INVOKE);
    expect(summary(await authorizer.ask(ana))).toEqual(allowedBy(`${arn}#0`));
  });

  it("that cannot be read fail the decision", async () => {
    const arn = world.managed("broken", "{");
    failed(
      await authorizer.ask(world.key(world.user("ana", { attached: [arn] }))),
      `Error: the stored identity-based policy ${arn} cannot be read: Syntax errors in policy.`,
    );
    const bob = world.key(world.user("bob", { inline: inline("[]") }));
    failed(
      await authorizer.ask(bob),
      "Error: the stored identity-based policy own cannot be read: Syntax errors in policy.",
    );
  });

  it("of AWS are not read, and one that is not known allows nothing", async () => {
    const admin = "arn:aws:iam::aws:policy/AdministratorAccess";
    const ana = world.key(world.user("ana", { attached: [admin] }));
    const answer = await authorizer.ask(ana);
    expect(summary(answer)).toEqual(allowedBy(`${admin}#0`));
    expect(answer.line?.roundTrips).toBe(1);
    const unknown = "arn:aws:iam::aws:policy/of-another-installation";
    const bob = world.key(world.user("bob", { attached: [unknown] }));
    denied(await authorizer.ask(bob), "no identity-based policy allows it");
    const carl = world.key(world.user("carl", { attached: [unknown, admin] }));
    expect((await authorizer.ask(carl)).kind).toBe("allowed");
  });

  it("name the version that decided in what is recorded of a denial", async () => {
    const arn = world.managed("no", NONE, { defaultVersion: 7 });
    const ana = world.key(world.user("ana", { attached: [arn], inline: inline(NONE) }));
    const { line } = await authorizer.ask(ana);
    const [verdict] = line?.detail?.verdicts ?? [];
    expect(verdict?.statements).toMatchObject([
      { policyId: "own", policyType: "identity-based", effect: "Deny" },
      { policyId: arn, policyType: "identity-based", effect: "Deny", versionId: "v7" },
    ]);
    expect(verdict?.statements[0]).not.toHaveProperty("versionId");
  });
});

describe("a compiled policy", () => {
  const compile = (text = INVOKE, id = "p", kind: "identity" | "boundary" = "identity") =>
    compiledPolicy(text, id, "identity-based", kind);

  it("is one object for one document, name, kind and version", () => {
    expect(compile()).toBe(compile());
    expect(compile()).toMatchObject({ policyId: "p", type: "identity-based" });
    for (const other of [
      compile(ALL),
      compile(INVOKE, "q"),
      compile(INVOKE, "p", "boundary"),
      compiledPolicy(INVOKE, "p", "identity-based", "identity", "v2"),
    ])
      expect(other).not.toBe(compile());
  });
});

describe("groups", () => {
  it("give what is written into them and attached to them, by two round trips", async () => {
    const arn = world.managed("orders", document(allow("orders:*")));
    world.group("AGPAONE", { inline: inline(INVOKE) });
    world.group("AGPATWO", { attached: [arn] });
    world.account({ groups: { AGPATWO: ["orders"] } });
    const ana = world.key(world.user("ana", { groups: ["AGPAONE", "AGPATWO"] }));
    const answer = await authorizer.ask(ana);
    expect(summary(answer)).toEqual(allowedBy("own#0"));
    expect(partitions(world)).toEqual([
      ["get", `key/${ana.accessKeyId}`, "account"],
      ["snapshot", "account", "group/AGPAONE", "group/AGPATWO", "policy/orders"],
    ]);
    world.managed("orders", NONE);
    world.account({ groups: { AGPATWO: ["orders"] } });
    expect(summary(await authorizer.ask(ana))).toEqual([
      "forbidden",
      "explicit deny in an identity-based policy",
      [`${arn}#0`],
    ]);
  });

  it("read a policy once that the user has too", async () => {
    const arn = world.managed("invoke", INVOKE);
    world.group("AGPAONE", { attached: [arn] });
    world.account({ groups: { AGPAONE: ["invoke"] } });
    const ana = world.key(world.user("ana", { groups: ["AGPAONE"], attached: [arn] }));
    expect((await authorizer.ask(ana)).kind).toBe("allowed");
    expect(partitions(world)[1]).toEqual(["snapshot", "account", "group/AGPAONE", "policy/invoke"]);
  });

  it("that are gone fail the decision, and so does a policy of theirs that was not read", async () => {
    const ana = world.key(world.user("ana", { groups: ["AGPAONE"], inline: inline(ALL) }));
    failed(await authorizer.ask(ana), "Error: group AGPAONE applies but does not exist");
    const arn = world.managed("unlisted", NONE);
    world.group("AGPAONE", { attached: [arn] });
    world.account();
    failed(await authorizer.ask(ana), `Error: policy ${arn} applies but does not exist`);
  });
});

describe("a permissions boundary", () => {
  it("must allow too, whether it is the account's own or AWS's", async () => {
    const boundary = world.managed("bound", document(allow("orders:*")));
    const ana = world.key(world.user("ana", { inline: inline(ALL), boundary }));
    denied(await authorizer.ask(ana), "no permissions boundary policy allows it");
    world.managed("bound", INVOKE);
    world.account();
    expect((await authorizer.ask(ana)).kind).toBe("allowed");
    const own = world.role("clerk", { inline: inline(ALL), boundary });
    expect((await authorizer.ask(world.roleSession(own))).kind).toBe("allowed");
    const canned = world.role("reader", {
      inline: inline(ALL),
      boundary: "arn:aws:iam::aws:policy/IAMReadOnlyAccess",
    });
    denied(
      await authorizer.ask(world.roleSession(canned)),
      "no permissions boundary policy allows it",
    );
  });

  it("that is gone fails the decision", async () => {
    const boundary = `arn:aws:iam::${ACCOUNT}:policy/gone`;
    const ana = world.key(world.user("ana", { inline: inline(ALL), boundary }));
    failed(await authorizer.ask(ana), `Error: policy ${boundary} applies but does not exist`);
  });
});

describe("session policies", () => {
  const clerk = () => world.role("clerk", { inline: inline(ALL) });
  const reason = "no session policy allows it";

  it("must one of them allow, by number where they are inline", async () => {
    const policies = [document(allow("orders:*")), NONE];
    const answer = await authorizer.ask(world.roleSession(clerk(), { policies }));
    expect(summary(answer)).toEqual([
      "forbidden",
      "explicit deny in a session policy",
      ["session-2#0"],
    ]);
    denied(
      await authorizer.ask(world.roleSession(clerk(), { policies: policies.slice(0, 1) })),
      reason,
    );
    const session = world.roleSession(clerk(), { policies: [INVOKE] });
    expect((await authorizer.ask(session)).kind).toBe("allowed");
  });

  it("are by ARN the policies as they are now", async () => {
    const arn = world.managed("invoke", INVOKE);
    const session = world.roleSession(clerk(), { policyArns: [arn] });
    expect((await authorizer.ask(session)).kind).toBe("allowed");
    world.managed("invoke", document(allow("orders:*")));
    world.account();
    denied(await authorizer.ask(session), reason);
  });

  it("let the session do nothing where one is gone, which may be the one that denied", async () => {
    const policyArns = [
      world.managed("all", ALL),
      world.managed("no-orders", document(deny("orders:*"))),
    ];
    const policies = [ALL];
    const session = world.roleSession(clerk(), { policyArns, policies });
    expect((await authorizer.ask(session)).kind).toBe("allowed");
    world.remove(managedPolicyKey(ACCOUNT, "no-orders"));
    world.account();
    denied(await authorizer.ask(session), reason);
  });

  it("limit no session that was made with none, unless it is a federated user's", async () => {
    expect((await authorizer.ask(world.roleSession(clerk()))).kind).toBe("allowed");
    const { id } = world.user("ana", { inline: inline(ALL) });
    const federated = (changes: object) =>
      world.session(
        { kind: "user", name: "ana" },
        { kind: "FederatedUser", ownerId: id, name: "fed", ...changes },
      );
    denied(await authorizer.ask(federated({})), reason);
    expect(
      (await authorizer.ask(federated({ policyArns: [world.managed("all", ALL)] }))).kind,
    ).toBe("allowed");
  });

  it("of one session are never another's", async () => {
    const role = clerk();
    const [free, bound] = [world.roleSession(role), world.roleSession(role, { policies: [NONE] })];
    for (const [session, kind] of [
      [free, "allowed"],
      [bound, "forbidden"],
      [free, "allowed"],
    ] as const)
      expect((await authorizer.ask(session)).kind).toBe(kind);
  });
});
