import { createPolicySource, findSubject, type NamedSubject } from "@portcullis/authorizer";
import { rootKey } from "@portcullis/iam/record/root";
import { beforeEach, describe, expect, it } from "vitest";
import { allow, document } from "../support/people.ts";
import { ACCOUNT, NOW, type RecordWorld, recordWorld } from "../support/record-world.ts";

/** The principals of whom a service asks what they may do. They have proven nothing themselves. */
const MEMBER = "200000000000";
const OWN = { inline: [{ name: "own", document: document(allow("*")) }] };

let world: RecordWorld;
beforeEach(() => {
  world = recordWorld();
});
const find = (subject: Partial<NamedSubject> & Pick<NamedSubject, "owner">) =>
  findSubject(
    { ...world.directory, reader: world.reader },
    createPolicySource(),
    { account: ACCOUNT, ...subject },
    NOW,
  );

describe("a named subject", () => {
  it("is a user with its policies, and without a session", async () => {
    world.user("ana", { ...OWN, tags: [{ key: "team", value: "red" }] });
    const found = await find({ owner: { kind: "user", name: "ana" } });
    expect(found).toMatchObject({
      ok: true,
      traced: false,
      organization: undefined,
      caller: {
        accessKeyId: "",
        account: ACCOUNT,
        principal: { type: "User", arn: `arn:aws:iam::${ACCOUNT}:user/ana` },
        policies: { identity: [{ policyId: "own" }] },
        tags: [{ key: "team", value: "red" }],
      },
    });
    if (!found.ok) throw new Error(found.reason);
    expect(found.caller).not.toHaveProperty("session");
  });

  it("is the root user", async () => {
    const owner = { kind: "root" } as const;
    expect(await find({ owner })).toEqual({ ok: false, reason: "the subject does not exist" });
    world.put({ account: ACCOUNT, createdAt: NOW.toISOString(), accessKeys: [] }, rootKey(ACCOUNT));
    expect(await find({ owner })).toMatchObject({
      ok: true,
      caller: { principal: { type: "Root", userId: ACCOUNT } },
    });
  });

  it.each([
    ["the session's name", "one", "AROACLERK:one"],
    ["none", undefined, "AROACLERK:"],
  ])("is a role's session that begins now, with %s", async (_, sessionName, userId) => {
    world.role("clerk", OWN);
    const found = await find({ owner: { kind: "role", name: "clerk" }, sessionName });
    expect(found).toMatchObject({
      ok: true,
      caller: {
        accessKeyId: "",
        principal: { type: "AssumedRole", userId },
        session: {
          kind: "AssumedRole",
          issuedAt: NOW,
          expiresAt: new Date(NOW.getTime() + 3_600_000),
          transitiveTagKeys: [],
        },
        tags: [],
      },
    });
    if (!found.ok) throw new Error(found.reason);
    expect(found.caller.session).not.toHaveProperty("mfaAt");
    expect(found.caller.session?.claims).not.toHaveProperty("tags");
    expect(found.caller.session?.claims).not.toHaveProperty("transitiveTagKeys");
    expect(found.caller.policies).not.toHaveProperty("session");
  });

  it("is the session that it has presented, and nothing else", async () => {
    const role = world.role("clerk", OWN);
    const { accessKeyId, sessionToken = "" } = world.roleSession(role, { policies: [] });
    const owner = { kind: "role", name: "clerk" } as const;
    expect(await find({ owner, session: { accessKeyId, sessionToken } })).toMatchObject({
      ok: true,
      caller: { accessKeyId, principal: { userId: "AROACLERK:one" }, policies: { session: [] } },
    });
    const expired = world.roleSession(role, { expiresAt: NOW.getTime() / 1000 });
    const session = {
      accessKeyId: expired.accessKeyId,
      sessionToken: expired.sessionToken ?? "",
    };
    expect(await find({ owner, session })).toEqual({
      ok: false,
      reason: "the session has expired",
    });
  });

  it("is none where there is no such principal, or no such account", async () => {
    const reason = "the subject does not exist";
    expect(await find({ owner: { kind: "user", name: "ana" } })).toEqual({ ok: false, reason });
    expect(await find({ owner: { kind: "role", name: "ana" } })).toEqual({ ok: false, reason });
    expect(await find({ account: MEMBER, owner: { kind: "user", name: "ana" } })).toEqual({
      ok: false,
      reason: "the account does not exist",
      code: undefined,
    });
    world.account({ id: MEMBER, status: "CLOSED" });
    world.user("ana", { account: MEMBER });
    expect(await find({ account: MEMBER, owner: { kind: "user", name: "ana" } })).toMatchObject({
      ok: false,
      reason: "the account is not active",
    });
  });

  it("is bound by its organization's guardrails, which its membership tells", async () => {
    world.organization({ attached: { "r-ab12": ["p-FullAWSAccess"] } });
    const membership = { organizationId: "o-a1b2c3d4e5", organizationPath: ["r-ab12"] };
    world.account({ id: MEMBER, ...membership, serviceControlPolicies: ["p-FullAWSAccess"] });
    world.user("ana", { ...OWN, account: MEMBER });
    expect(await find({ account: MEMBER, owner: { kind: "user", name: "ana" } })).toMatchObject({
      ok: true,
      organization: { id: "o-a1b2c3d4e5", path: "o-a1b2c3d4e5/r-ab12/" },
      caller: { policies: { serviceControl: [[{}], [{}]] } },
    });
  });

  it("may be traced", async () => {
    const until = NOW.getTime() / 1000 + 1;
    world.account({ traces: { [`arn:aws:iam::${ACCOUNT}:user/ana`]: until } });
    world.user("ana", OWN);
    expect(await find({ owner: { kind: "user", name: "ana" } })).toMatchObject({ traced: true });
  });
});
