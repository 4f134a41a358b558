import { PutUserPolicyCommand } from "@aws-sdk/client-iam";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  send,
  startInstallation,
  type TestCredentials,
  type TestInstallation,
} from "../../support/harness.ts";
import { allow, deny, document, user } from "../../support/people.ts";
import { presign, signHeader, type WireRequest } from "../../support/wire-signer.ts";

/**
 * Attacks by path, method and headers against the running gateways: signed properly, by somebody
 * who may do less.
 */
describe("somebody who may do less", () => {
  let installation: TestInstallation;
  let eve: TestCredentials;
  const arn = (path: string, method = "GET") =>
    `arn:aws:execute-api:us-east-1:${installation.account}:orders/$default/${method}${path}`;

  beforeAll(async () => {
    installation = await startInstallation();
    eve = await user(installation, "eve");
  });
  afterAll(() => installation.stop());

  const may = (...statements: readonly object[]) =>
    installation.iam.send(
      new PutUserPolicyCommand({
        UserName: "eve",
        PolicyName: "own",
        PolicyDocument: document(...statements),
      }),
    );
  const ask = async (request: WireRequest, base = installation.local.apiUrl) => {
    const { method, target, headers } = signHeader(new URL(base).host, eve, request);
    return send(base, method, target, headers, request.body);
  };
  const PIECES =
    "// . .. %2e %2F %2f %5c \\ %00 % %zz %25 %252f %77 %20 ; & # orders prod WHOAMI ~ + : %c0%af %ff".split(
      " ",
    );
  const SPELLINGS = [
    "/whoami/",
    "//whoami",
    "/whoami%2f",
    "/%2fwhoami",
    "/./whoami",
    "/%2e/whoami",
    "/x/../whoami",
    "/x/%2e%2e/whoami",
    "/%77hoami",
    "/WHOAMI",
    "/whoami%00",
    "/whoami;a=b",
    "/whoami.json",
    "/whoami%20",
    "/whoam\u0069%cc%81",
    "\\whoami",
    "/whoami\\",
    "whoami",
  ];

  it("does not get round a deny of a path by spelling it otherwise", async () => {
    await may(allow("*"), deny("execute-api:Invoke", arn("/whoami")));
    expect((await ask({ path: "/whoami" })).status).toBe(403);
    for (const path of SPELLINGS) {
      expect({ path, status: (await ask({ path })).status }).not.toMatchObject({ status: 200 });
      const rest = await ask({ path: `/prod${path}` }, installation.local.restUrl);
      expect({ path, status: rest.status }).not.toMatchObject({ status: 200 });
    }
  });

  it("a_deny_of_a_path_holds_however_it_is_spelled", async () => {
    await may(
      allow("*"),
      deny("execute-api:Invoke", [arn("/whoami"), arn("/whoami").replace("$default", "prod")]),
    );
    const piece = fc.oneof(
      { weight: 3, arbitrary: fc.constantFrom("whoami", "/", "/whoami") },
      fc.constantFrom(...PIECES),
    );
    const path = fc
      .array(piece, { minLength: 1, maxLength: 5 })
      .map((pieces) => `/${pieces.join("")}`);
    await fc.assert(
      fc.asyncProperty(path, fc.constantFrom(signHeader, presign), async (path, sign) => {
        for (const base of [installation.local.apiUrl, installation.local.restUrl]) {
          const { origin, host, pathname } = new URL(base);
          const { method, target, headers } = sign(host, eve, {
            path: pathname.replace(/\/$/, "") + path,
          });
          const { status, body } = await send(origin, method, target, headers);
          expect({ path, status, body }).not.toMatchObject({
            body: { principalArn: expect.anything() },
          });
          expect(status).toBeLessThan(500);
        }
      }),
      { numRuns: 150 },
    );
  });

  it("does not stretch an allow of one path over another", async () => {
    await may(allow("execute-api:Invoke", arn("/whoami")));
    expect((await ask({ path: "/whoami" })).status).toBe(200);
    for (const path of ["/orders", "/orders/whoami", "/whoami/../orders", "/whoami/%2e%2e/orders"])
      expect({ path, status: (await ask({ path })).status }).not.toMatchObject({ status: 200 });
  });

  it("does not turn a colon in a path into another method or part", async () => {
    const order = (id: string) => `arn:aws:orders:us-east-1:${installation.account}:order/${id}`;
    await may(
      allow("orders:GetOrder", order("10:00/DELETE")),
      deny("orders:GetOrder", order("10:00")),
    );
    expect((await ask({ path: "/orders/10:00" })).status).toBe(403);
    expect((await ask({ path: "/orders/10%3A00%2FDELETE" })).status).toBe(403);
    await may(allow("orders:GetOrder", "arn:aws:orders:us-east-1:*:order/10:*"));
    expect((await ask({ path: "/orders/10:00" })).status).toBe(404);
    expect((await ask({ path: "/orders/10%3A00" })).status).toBe(404);
    expect((await ask({ method: "DELETE", path: "/orders/10:00" })).status).toBe(403);
  });

  it("does not leave a part of a resource by what is put in it", async () => {
    const order = (id: string) => `arn:aws:orders:us-east-1:${installation.account}:order/${id}`;
    await may(allow("orders:GetOrder", [order("mine-*"), order("of/*/mine")]));
    for (const id of [
      "mine-1%2F..%2Ftheirs",
      "of%2Ftheirs%2Fx%2Fmine",
      "..%2Fmine-1",
      "Mine-1",
      "*",
      "%2A",
      "mine",
    ])
      expect({ id, status: (await ask({ path: `/orders/${id}` })).status }).toEqual({
        id,
        status: 403,
      });
    expect((await ask({ path: "/orders/mine-1" })).status).toBe(404);
  });

  it("does not reach another account by its id, nor by anything that looks like a number", async () => {
    await may(allow("orders:*"));
    const { account } = installation;
    expect((await ask({ path: `/accounts/${account}/orders/1` })).status).toBe(404);
    for (const other of [
      "999999999999",
      `${account}%20`,
      `${account}0`,
      "*",
      "%2A",
      "..",
      `${account}:order`,
      "1e11",
    ])
      expect({
        other,
        status: (await ask({ path: `/accounts/${other}/orders/1` })).status,
      }).toEqual({
        other,
        status: 403,
      });
  });

  it("does not change method, path, host or tenant by headers", async () => {
    await may(allow("orders:ListOrders"));
    const headers: Record<string, string> = {
      "x-http-method-override": "DELETE",
      "x-http-method": "DELETE",
      "x-method-override": "DELETE",
      "x-original-url": "/whoami",
      "x-rewrite-url": "/whoami",
      "x-forwarded-for": "192.0.2.1",
      "x-forwarded-host": "elsewhere",
      "x-tenant": "999999999999",
      "x-amzn-remapped-host": "elsewhere",
    };
    expect(await ask({ path: "/orders", headers })).toMatchObject({
      status: 200,
      body: { orders: [] },
    });
    expect(installation.decisions.at(-1)).toMatchObject({
      action: "orders:ListOrders",
      sourceIp: "127.0.0.1",
      account: installation.account,
    });
    await may({
      ...allow("orders:ListOrders"),
      Condition: { IpAddress: { "aws:SourceIp": "192.0.2.1" } },
    });
    expect((await ask({ path: "/orders", headers })).status).toBe(403);
  });

  it("does not tire the gateway by wildcards", async () => {
    const bomb = `${"*a".repeat(200)}b`;
    await may(
      allow("orders:GetOrder", `arn:aws:orders:us-east-1:${installation.account}:order/${bomb}`),
    );
    const started = performance.now();
    expect((await ask({ path: `/orders/${"a".repeat(2000)}` })).status).toBe(403);
    expect(performance.now() - started).toBeLessThan(1000);
  });

  it("is not somebody else by a name that looks like another", async () => {
    await may(allow("execute-api:Invoke"));
    const { principalArn } = (await ask({ path: "/whoami" })).body;
    expect(principalArn).toBe(`arn:aws:iam::${installation.account}:user/eve`);
    const condition = (name: string) => ({
      ...allow("execute-api:Invoke"),
      Condition: { StringEquals: { "aws:username": name } },
    });
    for (const name of ["EVE", "Eve", "\u0435ve", "eve ", "ev\u00e9"]) {
      const made = may(condition(name)).then(
        () => ask({ path: "/whoami" }),
        () => ({ status: 403 }),
      );
      expect({ name, status: (await made).status }).toEqual({ name, status: 403 });
    }
  });
});
