import { makeAccessKeyId } from "@portcullis/iam/access-key-id";
import { accessKeyKey } from "@portcullis/iam/record/access-key";
import { accountKey } from "@portcullis/iam/record/account";
import { roleKey } from "@portcullis/iam/record/role";
import { rootKey } from "@portcullis/iam/record/root";
import { userKey } from "@portcullis/iam/record/user";
import type { Sealer } from "@portcullis/iam/sealer";
import type { Stored } from "@portcullis/iam/store";
import { beforeEach, describe, expect, it } from "vitest";
import type { TestCredentials } from "../support/harness.ts";
import { memoryKeyRing } from "../support/memory-key-ring.ts";
import { allow, document } from "../support/people.ts";
import {
  ACCOUNT,
  NOW,
  type RecordWorld,
  recordWorld,
  signedRequest,
} from "../support/record-world.ts";
import type { WireRequest } from "../support/wire-signer.ts";

/** Who a signed request's caller is, or why the request proves none. */
const MEMBER = "200000000000";
const INVOKE = { inline: [{ name: "own", document: document(allow("execute-api:Invoke")) }] };
const ALL = document(allow("*"));
const SECONDS = NOW.getTime() / 1000;
/** A request whose signature leaves its body out. */
const UNSIGNED = { body: "UNSIGNED-PAYLOAD", contentSha256: "UNSIGNED-PAYLOAD" };

let world: RecordWorld;
let authorizer: ReturnType<RecordWorld["authorizer"]>;
beforeEach(() => {
  world = recordWorld();
  authorizer = world.authorizer();
});

/** Asks and expects 401 with a line that has nothing but the reason and the key. */
async function refused(
  credentials: TestCredentials,
  reason: string | RegExp,
  request: Partial<WireRequest> = {},
  loggedKeyId = credentials.accessKeyId,
): Promise<void> {
  const { kind, decisionId, line, ...more } = await authorizer.ask(credentials, request);
  expect({ kind, more }).toEqual({ kind: "unauthenticated", more: {} });
  expect(line).toEqual({
    type: "decision",
    time: NOW.toISOString(),
    decisionId,
    requestId: "request",
    api: "own",
    method: "GET",
    route: "$default",
    region: "us-east-1",
    sourceIp: "192.0.2.1",
    outcome: "unauthenticated",
    reason: typeof reason === "string" ? reason : expect.stringMatching(reason),
    accessKeyId: loggedKeyId,
    milliseconds: expect.any(Number),
    roundTrips: expect.any(Number),
    ...(authorizer.lines.length === 1 ? { cold: true } : {}),
  });
}

describe("a long-term access key", () => {
  it("is its user, with the user's policies, by one read of two records", async () => {
    const ana = world.key(world.user("ana", INVOKE));
    const answer = await authorizer.ask(ana);
    expect(answer).toMatchObject({
      kind: "allowed",
      payloadHash: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
      caller: {
        account: ACCOUNT,
        accessKeyId: ana.accessKeyId,
        userName: "ana",
        principal: {
          type: "User",
          account: ACCOUNT,
          arn: `arn:aws:iam::${ACCOUNT}:user/ana`,
          userId: "AIDAANA",
        },
      },
    });
    expect(answer.line).toMatchObject({
      outcome: "allowed",
      reason: "allowed",
      principal: `arn:aws:iam::${ACCOUNT}:user/ana`,
      userId: "AIDAANA",
      account: ACCOUNT,
      accessKeyId: ana.accessKeyId,
      action: "execute-api:Invoke",
      resource: `arn:aws:execute-api:us-east-1:${ACCOUNT}:own/$default/GET/whoami`,
      statements: ["own#0"],
      roundTrips: 1,
      cold: true,
    });
    expect(answer.line).not.toHaveProperty("staleAtMostSeconds");
    if (answer.kind !== "allowed") throw new Error(answer.kind);
    expect(Object.keys(answer.caller.policies)).toEqual(["identity"]);
    expect(world.read).toEqual([
      {
        by: "get",
        keys: [
          accessKeyKey(ana.accessKeyId, ACCOUNT),
          { ...accountKey(ACCOUNT), partition: expect.stringMatching(/^account\/[0-3]$/) },
        ],
      },
    ]);
    expect((await authorizer.ask(ana)).line).not.toHaveProperty("cold");
  });

  it("is its root user, that no policy needs to allow", async () => {
    const root = world.key({ type: "Root", account: ACCOUNT });
    const answer = await authorizer.ask(root);
    expect(answer).toMatchObject({
      kind: "allowed",
      caller: {
        principal: {
          type: "Root",
          account: ACCOUNT,
          arn: `arn:aws:iam::${ACCOUNT}:root`,
          userId: ACCOUNT,
        },
        policies: { identity: [] },
        tags: [],
      },
    });
    if (answer.kind !== "allowed") throw new Error(answer.kind);
    expect(answer.caller).not.toHaveProperty("session");
    expect(answer.caller).not.toHaveProperty("userName");
    expect(answer.line?.roundTrips).toBe(1);
  });

  it("belongs to the management account where its id encodes none", async () => {
    const id = "AKIAPORTCULLISROOT01";
    const root = world.key({ type: "Root", account: ACCOUNT }, { id });
    expect(await authorizer.ask(root)).toMatchObject({
      kind: "allowed",
      caller: { account: ACCOUNT },
    });
  });

  it("is refused with another secret, in any of its requests", async () => {
    const ana = world.key(world.user("ana", INVOKE));
    const wrong = /^SignatureDoesNotMatch: The request signature we calculated does not match/;
    await refused({ ...ana, secretAccessKey: "another" }, wrong);
    expect((await authorizer.ask(ana)).kind).toBe("allowed");
    await refused({ ...ana, secretAccessKey: "another" }, wrong);
  });

  it("causes no read of policies before it is proven", async () => {
    world.account({ groups: {} });
    const ana = world.key(world.user("ana", { groups: ["AGPAONE"] }));
    await refused({ ...ana, secretAccessKey: "another" }, /^SignatureDoesNotMatch/);
    expect(world.read.map(({ by }) => by)).toEqual(["get"]);
  });

  it.each([
    ["5 minutes old", 300, true],
    ["older", 301, false],
    ["5 minutes ahead", -300, true],
    ["further ahead", -301, false],
  ])("signs requests for 5 minutes around now: one %s", async (_, age, isTaken) => {
    const ana = world.key(world.user("ana", INVOKE));
    const request = { date: new Date(NOW.getTime() - age * 1000) };
    if (isTaken) expect((await authorizer.ask(ana, request)).kind).toBe("allowed");
    else
      await refused(ana, /^SignatureDoesNotMatch: Signature (?:expired|not yet current)/, request);
  });

  it.each([
    ["service", { service: "iam" }],
    ["region", { region: "eu-west-1" }],
  ])("signs requests for this API's %s only", async (what, request) => {
    const ana = world.key(world.user("ana", INVOKE));
    await refused(ana, new RegExp(`^SignatureDoesNotMatch: .*${what}`), request);
  });

  it.each([
    ["the first", ["/a b", "/other"], true],
    ["the second", ["/other", "/a b"], true],
    ["the last of three", ["/other", "/another", "/a b"], true],
    ["none", ["/other", "/another"], false],
  ])(
    "may have signed any spelling that the path had on the wire: %s",
    async (_, spellings, isSigned) => {
      const key = world.key(world.user("ana", { inline: [{ name: "own", document: ALL }] }));
      const request = signedRequest(key, { path: "/a b" });
      const { decide, lines } = authorizer;
      const signed = { ...request.signed, rawPath: "/decoded" };
      const { kind } = await decide({ ...request, signed, spellings });
      expect(kind).toBe(isSigned ? "allowed" : "unauthenticated");
      if (!isSigned) expect(lines.at(-1)?.reason).toMatch(/^SignatureDoesNotMatch: /);
    },
  );

  const HASH = "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881";
  it.each([
    ["declared, where the gateway has no body", { body: "x" }, undefined, false, HASH],
    ["of the body at hand", { body: "x" }, "x", false, HASH],
    ["of the body at hand, not declared", { body: "x", contentSha256: false }, "x", false, HASH],
    ["of another body", { body: "x" }, "y", false, undefined],
    ["of no body, beside one", {}, "y", false, undefined],
    ["left out, against the API's rule", UNSIGNED, undefined, false, undefined],
    ["left out, against the API's rule, with a body at hand", UNSIGNED, "x", false, undefined],
    ["left out, without a rule of the API", UNSIGNED, undefined, undefined, undefined],
    ["left out by leave", UNSIGNED, undefined, true, "UNSIGNED-PAYLOAD"],
    ["left out by leave, with a body at hand", UNSIGNED, "x", true, "UNSIGNED-PAYLOAD"],
  ] as const)("signs the body's hash: %s", async (_, request, body, allowUnsigned, expected) => {
    const key = world.key(world.user("ana", INVOKE));
    const { decide, lines } = world.authorizer(
      allowUnsigned === undefined ? {} : { allowUnsignedPayload: allowUnsigned },
    );
    const answer = await decide({
      ...signedRequest(key, { method: "POST", ...request }),
      ...(body === undefined ? {} : { body: Buffer.from(body) }),
    });
    if (expected === undefined) {
      expect(answer.kind).toBe("unauthenticated");
      expect(lines.at(-1)?.reason).toMatch(/^[A-Za-z]+: /);
    } else expect(answer).toMatchObject({ kind: "allowed", payloadHash: expected });
  });

  it("is refused where it is inactive, deleted, made up or no id at all", async () => {
    const ana = world.user("ana", INVOKE);
    await refused(world.key(ana, { status: "Inactive" }), "the access key is inactive");
    const deleted = world.key(ana);
    world.remove(accessKeyKey(deleted.accessKeyId, ACCOUNT));
    const absent = "the access key does not exist: it was never issued, or was deleted";
    await refused(deleted, absent);
    const madeUp = { accessKeyId: makeAccessKeyId("AKIA", ACCOUNT), secretAccessKey: "x" };
    await refused(madeUp, absent);
    for (const id of ["AKIA-ONE", "A".repeat(129)]) {
      const reads = world.read.length;
      await refused(
        { accessKeyId: id, secretAccessKey: "x" },
        "the access key id is malformed",
        {},
        `${id.slice(0, 4)}...`,
      );
      expect(world.read).toHaveLength(reads);
    }
    await refused({ accessKeyId: "A".repeat(128), secretAccessKey: "x" }, absent, {}, "AAAA...");
  });

  it("is refused in an account that is gone, suspended or closed", async () => {
    world.organization();
    const ana = world.key(world.user("ana", { ...INVOKE, account: MEMBER }));
    await refused(ana, "the account does not exist");
    for (const status of ["SUSPENDED", "CLOSED"] as const) {
      world.account({ id: MEMBER, status });
      await refused(ana, "the account is not active");
    }
    world.account({ id: MEMBER });
    expect((await authorizer.ask(ana)).kind).toBe("allowed");
  });

  it("is refused where the record in its place is no access key", async () => {
    const { accessKeyId } = world.key(world.user("ana", INVOKE));
    world.replace(accessKeyKey(accessKeyId, ACCOUNT), world.get(userKey(ACCOUNT, "ana")));
    await refused({ accessKeyId, secretAccessKey: "x" }, "the access key is inactive");
  });

  it("fails, and is no allow, where its secret was sealed for another key", async () => {
    const ana = world.user("ana", INVOKE);
    const [one, other] = [world.key(ana), world.key(ana)];
    const key = accessKeyKey(one.accessKeyId, ACCOUNT);
    const { sealedSecret } = world.get(accessKeyKey(other.accessKeyId, ACCOUNT));
    world.replace(key, { ...world.get(key), sealedSecret });
    const swapped = { ...one, secretAccessKey: other.secretAccessKey };
    const answer = await authorizer.ask(swapped);
    expect(answer.kind).toBe("failed");
    expect(answer.line).toMatchObject({ outcome: "error", reason: /^SealBroken: / });
  });

  it("is opened again with each key ring, whatever another could open", async () => {
    const ana = world.key(world.user("ana", INVOKE));
    expect((await authorizer.ask(ana)).kind).toBe("allowed");
    const stranger = memoryKeyRing();
    const directory = { ...world.directory, sealer: async () => stranger };
    expect((await world.authorizer({ directory }).ask(ana)).kind).toBe("failed");
  });

  it("has its secret opened once for each key ring", async () => {
    const ana = world.key(world.user("ana", INVOKE));
    const opened: string[] = [];
    const counting = (): Sealer => ({
      ...world.sealer,
      open: (sealed, bound) => {
        opened.push(bound);
        return world.sealer.open(sealed, bound);
      },
    });
    for (let ring = 1; ring <= 2; ring++) {
      const sealer = counting();
      const directory = { ...world.directory, sealer: async () => sealer };
      const asked = world.authorizer({ directory });
      for (let time = 0; time < 3; time++) expect((await asked.ask(ana)).kind).toBe("allowed");
      expect(opened).toEqual(Array(ring).fill(`access-key/${ACCOUNT}/${ana.accessKeyId}`));
    }
  });

  it("has the new secret as soon as its record has", async () => {
    const principal = world.user("ana", INVOKE);
    const { accessKeyId, secretAccessKey } = world.key(principal);
    expect((await authorizer.ask({ accessKeyId, secretAccessKey })).kind).toBe("allowed");
    const sealedSecret = world.sealer.seal(
      Buffer.from("rotated"),
      `access-key/${ACCOUNT}/${accessKeyId}`,
    );
    world.key(principal, { id: accessKeyId, sealedSecret });
    expect((await authorizer.ask({ accessKeyId, secretAccessKey: "rotated" })).kind).toBe(
      "allowed",
    );
    await refused({ accessKeyId, secretAccessKey }, /^SignatureDoesNotMatch/);
  });

  it("passes the key ring's record on where the first read has to fetch it", async () => {
    const ana = world.key(world.user("ana", { ...INVOKE, account: MEMBER }));
    world.account({ id: MEMBER });
    world.organization();
    const ring = { account: ACCOUNT, partition: "key-ring", sort: "record" };
    world.put({ keys: [] }, ring);
    const taken: (Stored | undefined)[] = [];
    const fetching = world.authorizer({
      directory: {
        ...world.directory,
        pendingKeyRing: () => (taken.length === 0 ? ring : undefined),
        sealer: async (_, keyRing) => {
          taken.push(keyRing);
          return world.sealer;
        },
      },
    });
    for (let time = 0; time < 2; time++) expect((await fetching.ask(ana)).kind).toBe("allowed");
    expect(taken).toEqual([expect.objectContaining({ key: ring }), undefined]);
    expect(
      world.read.map(({ keys }) => keys.map(({ partition }) => partition.split("/")[0])),
    ).toEqual([
      ["key", "account", "organization", "key-ring"],
      ["key", "account", "organization"],
    ]);
  });
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
    await refused(expired, "the session has expired");
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
    await refused(ofKey, "the access key is inactive");
    world.remove(accessKeyKey(key.accessKeyId, ACCOUNT));
    await refused(ofKey, "the session's key was deleted");
    world.remove(roleKey(ACCOUNT, "clerk"));
    await refused(ofRole, "the session's role was deleted");
    world.remove(userKey(ACCOUNT, "ana"));
    await refused(ofUser, "the session's user was deleted");
    const again = "the session's user or role was deleted and created again";
    world.role("clerk", { ...INVOKE, id: "AROAAGAIN" });
    await refused(ofRole, again);
    world.user("ana", { ...INVOKE, id: "AIDAAGAIN" });
    await refused(ofUser, again);
  });

  it("is refused where its token is another's, altered, of another account, or none", async () => {
    const clerk = world.role("clerk", INVOKE);
    const [one, other] = [world.roleSession(clerk), world.roleSession(clerk)];
    const altered = "the session token was altered, or belongs to another access key";
    await refused({ ...one, sessionToken: other.sessionToken ?? "" }, altered);
    const { sessionToken = "" } = one;
    const middle = sessionToken.length - 20;
    const flipped = sessionToken[middle] === "A" ? "B" : "A";
    const changed = sessionToken.slice(0, middle) + flipped + sessionToken.slice(middle + 1);
    await refused({ ...one, sessionToken: changed }, altered);
    const notOurs = "the session token is not one of this installation";
    const reads = world.read.length;
    await refused({ ...one, sessionToken: "none" }, notOurs);
    await refused({ ...one, sessionToken: `x${sessionToken}` }, notOurs);
    expect(world.read).toHaveLength(reads);
    const foreign = world.session(
      { kind: "role", name: "clerk" },
      { kind: "AssumedRole", ownerId: clerk.id, account: MEMBER },
    );
    await refused(foreign, "the account does not exist");
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
    await refused(ofRole, "the access key is inactive");
    world.replace(userKey(ACCOUNT, "ana"), key);
    await refused(ofUser, "the access key is inactive");
    world.replace(userKey(ACCOUNT, "ana"), clerk);
    await refused(ofUser, "the access key is inactive");
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
