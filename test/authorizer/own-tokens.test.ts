import { defineService } from "@portcullis/authorizer/service-definition";
import { SESSION_CLAIM } from "@portcullis/iam/federation/own-token";
import { accountKey } from "@portcullis/iam/record/account";
import { roleKey } from "@portcullis/iam/record/role";
import { signingKeysKey } from "@portcullis/iam/record/signing-keys";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { allow, deny, document } from "../support/people.ts";
import {
  ACCOUNT,
  type RecordWorld,
  recordWorld,
  unsignedRequest,
} from "../support/record-world.ts";
import { BEARER, type OwnIssuer, ownIssuer } from "../support/token-issuers.ts";
import { bearer, INVOKE, refusedToken, SECONDS } from "./refused.ts";

/** Tokens of the installation: the session in one, or the reason for the 401. */
let world: RecordWorld;
let authorizer: ReturnType<RecordWorld["authorizer"]>;
beforeEach(() => {
  world = recordWorld();
  authorizer = world.authorizer({ bearer: BEARER });
});

describe("a token of the installation", () => {
  let issuer: OwnIssuer;
  let session: ReturnType<RecordWorld["session"]>;
  beforeEach(async () => {
    issuer = await ownIssuer(world);
    session = world.roleSession(world.role("clerk", INVOKE));
  });

  it("is the session in it, by one read with the signing keys", async () => {
    const answer = await bearer(authorizer, await issuer.token(session));
    expect(answer).toMatchObject({
      kind: "allowed",
      payloadHash: "UNSIGNED-PAYLOAD",
      caller: {
        accessKeyId: session.accessKeyId,
        principal: {
          type: "AssumedRole",
          arn: `arn:aws:sts::${ACCOUNT}:assumed-role/clerk/one`,
        },
        session: { roleName: "clerk", sessionName: "one" },
      },
    });
    expect(answer.line).toMatchObject({ outcome: "allowed", roundTrips: 1, statements: ["own#0"] });
    expect(world.read).toEqual([
      {
        by: "get",
        keys: [
          roleKey(ACCOUNT, "clerk"),
          { ...accountKey(ACCOUNT), partition: expect.stringMatching(/^account\/[0-3]$/) },
          signingKeysKey(ACCOUNT),
        ],
      },
    ]);
  });

  it("is denied what the session may not do", async () => {
    world.role("clerk", {
      inline: [{ name: "own", document: document(deny("execute-api:Invoke")) }],
    });
    const answer = await bearer(authorizer, await issuer.token(session));
    expect(answer.kind).toBe("forbidden");
    expect(answer.line).toMatchObject({
      outcome: "explicitDeny",
      reason: "explicit deny in an identity-based policy",
    });
  });

  it.each([
    ["for another API", { aud: "another" }, /^ERR_JWT_CLAIM_VALIDATION_FAILED: .*"aud"/],
    ["that has expired", { exp: SECONDS }, /^ERR_JWT_EXPIRED: /],
    ["that is not valid yet", { nbf: SECONDS + 1 }, /^ERR_JWT_CLAIM_VALIDATION_FAILED: .*"nbf"/],
    ["without an end", { exp: undefined }, /^ERR_JWT_CLAIM_VALIDATION_FAILED: .*"exp"/],
    ["without an id", { jti: undefined }, /^ERR_JWT_CLAIM_VALIDATION_FAILED: .*"jti"/],
  ])("is refused %s", async (_, claims, reason) => {
    refusedToken(await bearer(authorizer, await issuer.token(session, claims)), reason);
  });

  it.each([
    ["no session", undefined],
    ["null", null],
    ["a text", "session"],
    ["no access key id", { sessionToken: "s" }],
    ["an access key id that is no text", { accessKeyId: 1, sessionToken: "s" }],
    ["no session token", { accessKeyId: "ASIA" }],
    ["a session token that is no text", { accessKeyId: "ASIA", sessionToken: 1 }],
  ])("is refused with %s in it, and nothing is read", async (_, claim) => {
    const token = await issuer.token(session, { [SESSION_CLAIM]: claim });
    refusedToken(await bearer(authorizer, token), "the token holds no session");
    expect(world.read).toEqual([]);
  });

  it("ends with its session", async () => {
    const expired = world.roleSession(world.get(roleKey(ACCOUNT, "clerk")), { expiresAt: SECONDS });
    refusedToken(await bearer(authorizer, await issuer.token(expired)), "the session has expired");
    const token = await issuer.token(session);
    world.remove(roleKey(ACCOUNT, "clerk"));
    refusedToken(await bearer(authorizer, token), "the session's role was deleted");
  });

  it("is refused when its signature is not by a key that is published now", async () => {
    const token = await issuer.token(session);
    expect((await bearer(authorizer, token)).kind).toBe("allowed");
    expect((await bearer(authorizer, token)).kind).toBe("allowed");
    await issuer.rotate();
    refusedToken(await bearer(authorizer, token), /^ERR_JWKS_NO_MATCHING_KEY: /);
    expect((await bearer(authorizer, await issuer.token(session))).kind).toBe("allowed");
    world.remove(signingKeysKey(ACCOUNT));
    refusedToken(await bearer(authorizer, token), "the installation has no signing keys");
  });

  it("imports the signing keys once, until they change", async () => {
    const imported = vi.spyOn(crypto.subtle, "importKey");
    try {
      for (let time = 0; time < 3; time++)
        expect((await bearer(authorizer, await issuer.token(session))).kind).toBe("allowed");
      expect(imported).toHaveBeenCalledTimes(1);
      // The same keys under another version of their record.
      world.replace(signingKeysKey(ACCOUNT), world.get(signingKeysKey(ACCOUNT)));
      expect((await bearer(authorizer, await issuer.token(session))).kind).toBe("allowed");
      expect(imported).toHaveBeenCalledTimes(1);
    } finally {
      imported.mockRestore();
    }
  });

  it("has headers that are its holder's own: they need no signature", async () => {
    const service = defineService({
      service: "shop",
      routes: {
        "GET /whoami": {
          action: "shop:Look",
          resource: "*",
          context: { "shop:Team": { header: "x-team" } },
        },
      },
    });
    const Condition = { StringEquals: { "shop:Team": "red" } };
    const own = { name: "own", document: document({ ...allow("shop:Look"), Condition }) };
    world.role("clerk", { inline: [own] });
    const { decide } = world.authorizer({ bearer: BEARER, service });
    const ask = async (team: string) => {
      const authorization = `Bearer ${await issuer.token(session)}`;
      const request = unsignedRequest({ authorization, "x-team": team });
      return (await decide({ ...request, routeKey: "GET /whoami" })).kind;
    };
    expect([await ask("red"), await ask("blue")]).toEqual(["allowed", "forbidden"]);
  });

  it("is refused by another installation whose record of keys has the same version", async () => {
    const token = await issuer.token(session);
    expect((await bearer(authorizer, token)).kind).toBe("allowed");
    const key = signingKeysKey(ACCOUNT);
    const other = recordWorld();
    await ownIssuer(other);
    const strange = other.get(key);
    const own = world.stored(key);
    world.restore({ ...own, data: strange });
    refusedToken(await bearer(authorizer, token), /^ERR_JWS_SIGNATURE_VERIFICATION_FAILED: /);
    world.restore(own);
    expect((await bearer(authorizer, token)).kind).toBe("allowed");
  });

  it("is refused where the record has no keys and had none before", async () => {
    world.remove(signingKeysKey(ACCOUNT));
    refusedToken(
      await bearer(authorizer, await issuer.token(session)),
      "the installation has no signing keys",
    );
  });
});
