import { makeAccessKeyId } from "@portcullis/iam/access-key-id";
import { accessKeyKey } from "@portcullis/iam/record/access-key";
import { roleKey } from "@portcullis/iam/record/role";
import { rootKey } from "@portcullis/iam/record/root";
import { userKey } from "@portcullis/iam/record/user";
import type { Sealer } from "@portcullis/iam/sealer";
import { beforeEach, describe, expect, it } from "vitest";
import { allow, document } from "../support/people.ts";
import { ACCOUNT, NOW, type RecordWorld, recordWorld } from "../support/record-world.ts";
import { INVOKE, MEMBER, refused, SECONDS } from "./refused.ts";

/** Requests signed with a session: the caller, or the reason for the 401. */
let world: RecordWorld;
let authorizer: ReturnType<RecordWorld["authorizer"]>;
beforeEach(() => {
  world = recordWorld();
  authorizer = world.authorizer();
});

describe("a session", () => {
  it("of a role has the role's policies, and tells role and session apart", async () => {
    const clerk = world.role("clerk", {
      ...INVOKE,
      path: "/office/",
      tags: [
        { key: "Team", value: "role" },
        { key: "floor", value: "2" },
      ],
    });
    const answer = await authorizer.ask(
      world.roleSession(clerk, {
        tags: [{ key: "team", value: "session" }],
        transitiveTagKeys: ["team"],
        mfaAt: SECONDS - 60,
        sourceIdentity: "boss",
        federatedProvider: "idp.example",
        contextKeys: [["idp.example:sub", "42"]],
      }),
    );
    expect(answer).toMatchObject({
      kind: "allowed",
      caller: {
        principal: {
          type: "AssumedRole",
          account: ACCOUNT,
          arn: `arn:aws:sts::${ACCOUNT}:assumed-role/clerk/one`,
          userId: "AROACLERK:one",
          roleArn: `arn:aws:iam::${ACCOUNT}:role/office/clerk`,
          roleId: "AROACLERK",
        },
        tags: [
          { key: "team", value: "session" },
          { key: "floor", value: "2" },
        ],
        session: {
          kind: "AssumedRole",
          owner: { kind: "role", name: "clerk" },
          issuedAt: NOW,
          expiresAt: new Date(NOW.getTime() + 3_600_000),
          mfaAt: new Date(NOW.getTime() - 60_000),
          roleName: "clerk",
          sessionName: "one",
          sourceIdentity: "boss",
          federatedProvider: "idp.example",
          contextKeys: [["idp.example:sub", "42"]],
          transitiveTagKeys: ["team"],
        },
      },
    });
    if (answer.kind !== "allowed") throw new Error(answer.kind);
    expect(answer.caller).not.toHaveProperty("userName");
    expect(answer.caller.session).not.toHaveProperty("passwordChangeOnly");
  });

  it("has no more members than its claims", async () => {
    const answer = await authorizer.ask(world.roleSession(world.role("clerk", INVOKE)));
    if (answer.kind !== "allowed") throw new Error(answer.kind);
    expect(Object.keys(answer.caller.session ?? {}).sort()).toEqual(
      ["claims", "expiresAt", "issuedAt", "kind", "owner", "roleName", "sessionName"]
        .concat("transitiveTagKeys")
        .sort(),
    );
    expect(answer.caller.session?.transitiveTagKeys).toEqual([]);
    expect(answer.caller.tags).toEqual([]);
  });

  it("of a user, by its user or its key, is the user", async () => {
    const ana = world.user("ana", { ...INVOKE, tags: [{ key: "Team", value: "a" }] });
    const key = world.key(ana);
    for (const owner of [
      { kind: "user", name: "ana" },
      { kind: "key", name: key.accessKeyId },
    ] as const) {
      const answer = await authorizer.ask(
        world.session(owner, { kind: "SessionToken", ownerId: ana.id }),
      );
      expect(answer).toMatchObject({
        kind: "allowed",
        caller: {
          userName: "ana",
          principal: { type: "User", arn: `arn:aws:iam::${ACCOUNT}:user/ana`, userId: "AIDAANA" },
          tags: [{ key: "Team", value: "a" }],
          session: { kind: "SessionToken", owner },
        },
      });
      if (answer.kind !== "allowed") throw new Error(answer.kind);
      expect(answer.caller.session).not.toHaveProperty("roleName");
      expect(answer.caller.session).not.toHaveProperty("sessionName");
      expect(answer.caller.session).not.toHaveProperty("mfaAt");
    }
  });

  it("of the root user is the root user", async () => {
    world.put({ account: ACCOUNT, createdAt: NOW.toISOString(), accessKeys: [] }, rootKey(ACCOUNT));
    const owner = { kind: "root" } as const;
    const answer = await authorizer.ask(
      world.session(owner, { kind: "SessionToken", ownerId: ACCOUNT, tags: [] }),
    );
    expect(answer).toMatchObject({
      kind: "allowed",
      caller: { principal: { type: "Root", userId: ACCOUNT }, session: { owner }, tags: [] },
    });
    world.remove(rootKey(ACCOUNT));
    await refused(
      authorizer,
      world.session(owner, { kind: "SessionToken", ownerId: ACCOUNT }),
      "the session's root user was deleted",
    );
  });

  it("of a federated user is limited by its session policies, and has its own tags", async () => {
    const ana = world.user("ana", { ...INVOKE, tags: [{ key: "team", value: "a" }] });
    const federated = (changes: object) =>
      world.session(
        { kind: "user", name: "ana" },
        { kind: "FederatedUser", ownerId: ana.id, name: "fed", ...changes },
      );
    const none = await authorizer.ask(federated({}));
    expect(none).toMatchObject({
      kind: "forbidden",
      caller: {
        principal: {
          type: "FederatedUser",
          account: ACCOUNT,
          arn: `arn:aws:sts::${ACCOUNT}:federated-user/fed`,
          userId: `${ACCOUNT}:fed`,
          userArn: `arn:aws:iam::${ACCOUNT}:user/ana`,
        },
        tags: [],
        policies: { session: [] },
        session: { sessionName: "fed" },
      },
    });
    expect(none.line?.reason).toBe("no session policy allows it");
    const policies = [document(allow("execute-api:Invoke"))];
    const allowed = await authorizer.ask(federated({ policies, tags: [{ key: "x", value: "y" }] }));
    expect(allowed).toMatchObject({
      kind: "allowed",
      caller: { tags: [{ key: "x", value: "y" }] },
    });
  });

  it("ends when it expires, to the second", async () => {
    const clerk = world.role("clerk", INVOKE);
    const expired = world.roleSession(clerk, { issuedAt: SECONDS - 3600, expiresAt: SECONDS });
    await refused(authorizer, expired, "the session has expired");
    const last = world.roleSession(clerk, { issuedAt: SECONDS - 3600, expiresAt: SECONDS + 1 });
    expect((await authorizer.ask(last)).kind).toBe("allowed");
  });

  it("ends with its role, user or key", async () => {
    const clerk = world.role("clerk", INVOKE);
    const ofRole = world.roleSession(clerk);
    const ana = world.user("ana", INVOKE);
    const key = world.key(ana);
    const claims = { kind: "SessionToken", ownerId: ana.id } as const;
    const ofUser = world.session({ kind: "user", name: "ana" }, claims);
    const ofKey = world.session({ kind: "key", name: key.accessKeyId }, claims);
    world.key(ana, { id: key.accessKeyId, status: "Inactive" });
    await refused(authorizer, ofKey, "the access key is inactive");
    world.remove(accessKeyKey(key.accessKeyId, ACCOUNT));
    await refused(authorizer, ofKey, "the session's key was deleted");
    world.remove(roleKey(ACCOUNT, "clerk"));
    await refused(authorizer, ofRole, "the session's role was deleted");
    world.remove(userKey(ACCOUNT, "ana"));
    await refused(authorizer, ofUser, "the session's user was deleted");
    const again = "the session's user or role was deleted and created again";
    world.role("clerk", { ...INVOKE, id: "AROAAGAIN" });
    await refused(authorizer, ofRole, again);
    world.user("ana", { ...INVOKE, id: "AIDAAGAIN" });
    await refused(authorizer, ofUser, again);
  });

  it("is refused where its token is another's, altered, of another account, or none", async () => {
    const clerk = world.role("clerk", INVOKE);
    const [one, other] = [world.roleSession(clerk), world.roleSession(clerk)];
    const altered = "the session token was altered, or belongs to another access key";
    await refused(authorizer, { ...one, sessionToken: other.sessionToken ?? "" }, altered);
    const { sessionToken = "" } = one;
    const middle = sessionToken.length - 20;
    const flipped = sessionToken[middle] === "A" ? "B" : "A";
    const changed = sessionToken.slice(0, middle) + flipped + sessionToken.slice(middle + 1);
    await refused(authorizer, { ...one, sessionToken: changed }, altered);
    const notOurs = "the session token is not one of this installation";
    const reads = world.read.length;
    await refused(authorizer, { ...one, sessionToken: "none" }, notOurs);
    await refused(authorizer, { ...one, sessionToken: `x${sessionToken}` }, notOurs);
    expect(world.read).toHaveLength(reads);
    const foreign = world.session(
      { kind: "role", name: "clerk" },
      { kind: "AssumedRole", ownerId: clerk.id, account: MEMBER },
    );
    await refused(authorizer, foreign, "the account does not exist");
  });

  it("is refused where the token is sealed in one account and its key id is of another", async () => {
    // Only a fault of whoever issues credentials makes such a session.
    const clerk = world.role("clerk", INVOKE);
    const id = makeAccessKeyId("ASIA", ACCOUNT);
    const claims = { accessKeyId: id, account: MEMBER, secret: "s", ownerId: clerk.id };
    const sealed = world.sealer.seal(
      packed({ ...claims, kind: "AssumedRole", issuedAt: SECONDS, expiresAt: SECONDS + 60 }),
      `session/${id}/role/clerk`,
    );
    const sessionToken = `${Buffer.from("role/clerk").toString("base64url")}.${sealed}`;
    await refused(
      authorizer,
      { accessKeyId: id, secretAccessKey: "s", sessionToken },
      "the session token was altered, or belongs to another access key",
    );
  });

  it("fails where its token can't be opened by a fault of the key ring", async () => {
    const session = world.roleSession(world.role("clerk", INVOKE));
    const broken: Sealer = {
      ...world.sealer,
      open: () => {
        throw new RangeError("no key");
      },
    };
    const directory = { ...world.directory, sealer: async () => broken };
    const answer = await world.authorizer({ directory }).ask(session);
    expect([answer.kind, answer.line?.reason]).toEqual(["failed", "RangeError: no key"]);
  });

  it("is refused where the record of its owner is of another kind", async () => {
    const clerk = world.role("clerk", INVOKE);
    const ana = world.user("ana", INVOKE);
    const { accessKeyId } = world.key(ana);
    const key = world.get(accessKeyKey(accessKeyId, ACCOUNT));
    const ofRole = world.roleSession(clerk);
    const claims = { kind: "SessionToken", ownerId: ana.id } as const;
    const ofUser = world.session({ kind: "user", name: "ana" }, claims);
    world.replace(roleKey(ACCOUNT, "clerk"), key);
    await refused(authorizer, ofRole, "the access key is inactive");
    world.replace(userKey(ACCOUNT, "ana"), key);
    await refused(authorizer, ofUser, "the access key is inactive");
    world.replace(userKey(ACCOUNT, "ana"), clerk);
    await refused(authorizer, ofUser, "the access key is inactive");
  });

  it("whose password must be changed may do nothing else", async () => {
    const ana = world.user("ana", INVOKE);
    const session = world.session(
      { kind: "user", name: "ana" },
      { kind: "SignIn", ownerId: ana.id, passwordChangeOnly: true },
    );
    const answer = await authorizer.ask(session);
    expect(answer).toMatchObject({
      kind: "forbidden",
      message: `User: arn:aws:iam::${ACCOUNT}:user/ana is not authorized to perform: execute-api:Invoke on resource: arn:aws:execute-api:us-east-1:${ACCOUNT}:own/$default/GET/whoami because no session policy allows the execute-api:Invoke action`,
      caller: { session: { passwordChangeOnly: true } },
    });
    expect(answer.line).toMatchObject({
      outcome: "implicitDeny",
      reason: "no session policy allows it",
      statements: [],
    });
  });
});

/** Claims as a session token seals them, uncompressed. */
function packed(claims: object): Uint8Array {
  const body = Buffer.from(JSON.stringify(claims));
  const length = Buffer.alloc(4);
  length.writeUInt32BE(body.length);
  return Buffer.concat([Buffer.of(0), length, body]);
}
