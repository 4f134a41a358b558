import { makeAccessKeyId } from "@portcullis/iam/access-key-id";
import { accessKeyKey } from "@portcullis/iam/record/access-key";
import { accountKey } from "@portcullis/iam/record/account";
import { userKey } from "@portcullis/iam/record/user";
import type { Sealer } from "@portcullis/iam/sealer";
import type { Stored } from "@portcullis/iam/store";
import { beforeEach, describe, expect, it } from "vitest";
import { memoryKeyRing } from "../support/memory-key-ring.ts";
import { allow, document } from "../support/people.ts";
import {
  ACCOUNT,
  NOW,
  type RecordWorld,
  recordWorld,
  signedRequest,
} from "../support/record-world.ts";
import { INVOKE, MEMBER, refused } from "./refused.ts";

/** Requests signed with a long-term access key: the caller, or the reason for the 401. */
const ALL = document(allow("*"));
/** A request whose signature leaves its body out. */
const UNSIGNED = { body: "UNSIGNED-PAYLOAD", contentSha256: "UNSIGNED-PAYLOAD" };

let world: RecordWorld;
let authorizer: ReturnType<RecordWorld["authorizer"]>;
beforeEach(() => {
  world = recordWorld();
  authorizer = world.authorizer();
});

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
    await refused(authorizer, { ...ana, secretAccessKey: "another" }, wrong);
    expect((await authorizer.ask(ana)).kind).toBe("allowed");
    await refused(authorizer, { ...ana, secretAccessKey: "another" }, wrong);
  });

  it("causes no read of policies before it is proven", async () => {
    world.account({ groups: {} });
    const ana = world.key(world.user("ana", { groups: ["AGPAONE"] }));
    await refused(authorizer, { ...ana, secretAccessKey: "another" }, /^SignatureDoesNotMatch/);
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
      await refused(
        authorizer,
        ana,
        /^SignatureDoesNotMatch: Signature (?:expired|not yet current)/,
        request,
      );
  });

  it.each([
    ["service", { service: "iam" }],
    ["region", { region: "eu-west-1" }],
  ])("signs requests for this API's %s only", async (what, request) => {
    const ana = world.key(world.user("ana", INVOKE));
    await refused(authorizer, ana, new RegExp(`^SignatureDoesNotMatch: .*${what}`), request);
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
    await refused(authorizer, world.key(ana, { status: "Inactive" }), "the access key is inactive");
    const deleted = world.key(ana);
    world.remove(accessKeyKey(deleted.accessKeyId, ACCOUNT));
    const absent = "the access key does not exist: it was never issued, or was deleted";
    await refused(authorizer, deleted, absent);
    const madeUp = { accessKeyId: makeAccessKeyId("AKIA", ACCOUNT), secretAccessKey: "x" };
    await refused(authorizer, madeUp, absent);
    for (const id of ["AKIA-ONE", "A".repeat(129)]) {
      const reads = world.read.length;
      await refused(
        authorizer,
        { accessKeyId: id, secretAccessKey: "x" },
        "the access key id is malformed",
        {},
        `${id.slice(0, 4)}...`,
      );
      expect(world.read).toHaveLength(reads);
    }
    await refused(
      authorizer,
      { accessKeyId: "A".repeat(128), secretAccessKey: "x" },
      absent,
      {},
      "AAAA...",
    );
  });

  it("is refused in an account that is gone, suspended or closed", async () => {
    world.organization();
    const ana = world.key(world.user("ana", { ...INVOKE, account: MEMBER }));
    await refused(authorizer, ana, "the account does not exist");
    for (const status of ["SUSPENDED", "CLOSED"] as const) {
      world.account({ id: MEMBER, status });
      await refused(authorizer, ana, "the account is not active");
    }
    world.account({ id: MEMBER });
    expect((await authorizer.ask(ana)).kind).toBe("allowed");
  });

  it("is refused where the record in its place is no access key", async () => {
    const { accessKeyId } = world.key(world.user("ana", INVOKE));
    world.replace(accessKeyKey(accessKeyId, ACCOUNT), world.get(userKey(ACCOUNT, "ana")));
    await refused(authorizer, { accessKeyId, secretAccessKey: "x" }, "the access key is inactive");
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
    await refused(authorizer, { accessKeyId, secretAccessKey }, /^SignatureDoesNotMatch/);
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
