import { beforeEach, describe, expect, it } from "vitest";
import { type RecordWorld, recordWorld } from "../support/record-world.ts";
import { BEARER } from "../support/token-issuers.ts";
import { bearer, refusedToken } from "./refused.ts";

/** Which Authorization headers hold a bearer token. */
let world: RecordWorld;
let authorizer: ReturnType<RecordWorld["authorizer"]>;
beforeEach(() => {
  world = recordWorld();
  authorizer = world.authorizer({ bearer: BEARER });
});

describe("what a request presents", () => {
  it.each([
    ["nothing", { authorization: "Bearer" }],
    ["another word", { authorization: "Bearer token" }],
    ["two parts", { authorization: "Bearer a.b" }],
    ["four parts", { authorization: "Bearer a.b.c.d" }],
    ["an empty part", { authorization: "Bearer a..c" }],
    ["a word too many", { authorization: "Bearer a.b.c d" }],
    ["a token inside", { authorization: "Bearer x Bearer a.b.c" }],
    ["a space at the end", { authorization: "Bearer a.b.c " }],
    ["other characters", { authorization: "Bearer a.b.c=" }],
  ])("is no bearer token with %s after `Bearer`", async (_, headers) => {
    refusedToken(
      await authorizer.send(headers),
      "the Authorization header holds `Bearer` and not one JWT",
    );
  });

  it("is a token in any case of `Bearer`, after any spaces", async () => {
    for (const authorization of ["Bearer a.b.c", "bearer  a.b.c", "BEARER   a.b.c"])
      refusedToken(await authorizer.send({ authorization }), "the token is no JWT");
    for (const Authorization of ["Bearer a.b.c"])
      refusedToken(await authorizer.send({ Authorization }), "the token is no JWT");
  });

  it.each([
    ["a word that begins so", "Bearers a.b.c"],
    ["a word before it", "My Bearer a.b.c"],
  ])("is no bearer token with %s: only a signature could prove it", async (_, authorization) => {
    const { kind, line } = await authorizer.send({ authorization });
    expect(kind).toBe("unauthenticated");
    expect(line?.reason).not.toMatch(/Bearer|JWT/);
    expect(line?.reason).toMatch(/^(?:IncompleteSignature|MissingAuthenticationToken)\b/);
  });

  it("is refused where a token stands beside other credentials", async () => {
    const other = "a bearer token beside another Authorization header";
    refusedToken(await bearer(authorizer, "a.b.c", { Authorization: "Bearer a.b.c" }), other);
    refusedToken(await bearer(authorizer, "a.b.c", { Authorization: "AWS4-HMAC-SHA256 x" }), other);
    for (const name of ["X-Amz-Signature", "x-amz-security-token"])
      refusedToken(
        await authorizer.send({ authorization: "Bearer a.b.c" }, `/whoami?a=b&${name}=0`),
        "a bearer token beside a signature in the query",
      );
    refusedToken(await authorizer.send({ authorization: "Bearer a.b.c" }, "/whoami?a=b"), /no JWT/);
  });

  it("is no token where the API takes none", async () => {
    authorizer = world.authorizer();
    refusedToken(await bearer(authorizer, "a.b.c"), "this API takes no bearer tokens");
  });

  it("is nothing without an Authorization header", async () => {
    const { kind, line } = await authorizer.send({});
    expect([kind, line?.outcome]).toEqual(["unauthenticated", "unauthenticated"]);
    expect(line?.reason).toMatch(/^MissingAuthenticationToken: /);
    expect(line).not.toHaveProperty("accessKeyId");
    expect(world.read).toEqual([]);
  });
});
