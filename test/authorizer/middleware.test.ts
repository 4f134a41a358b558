import middy from "@middy/core";
import type { ApiRequest } from "@portcullis/authorizer";
import {
  type AuthorizedEvent,
  authorizedRequest,
  authorizeRequest,
  requireAuthorization,
} from "@portcullis/authorizer/middleware";
import { type OrderTable, ordersApi, ordersService } from "@portcullis/example-orders";
import type { Caller } from "@portcullis/iam/caller";
import { compilePolicy, parsePolicy } from "@portcullis/policy";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { evaluate } from "../../packages/authorizer/src/evaluation/evaluate.ts";
import { evaluateRequest } from "../../packages/authorizer/src/evaluation/evaluate-request.ts";
import { lambdaContext } from "../../packages/local/src/gateway/event.ts";
import { eventOf } from "../support/gateway-event.ts";
import {
  ACCOUNT,
  type OwnAuthorizer,
  type OwnInstallation,
  ownAuthorizer,
  ownInstallation,
  ROOT,
  requestOf,
} from "../support/own-authorizer.ts";
import { document } from "../support/people.ts";
import { type Signed, signHeader, type WireRequest } from "../support/wire-signer.ts";

/**
 * The authorizer within a function: behind a function URL, a load balancer, or an API without an
 * authorizer.
 */
const HOST = "api.test";
let installation: OwnInstallation;
let authorizer: OwnAuthorizer;
beforeAll(async () => {
  installation = await ownInstallation();
  authorizer = ownAuthorizer(installation, {
    reader: installation.reader(),
    service: ordersService,
  });
});
afterAll(() => installation.stop());

const options = () => ({
  authorizer: () => authorizer,
  region: "us-east-1",
  apiId: "orders",
  service: ordersService,
});
const invoke = async (event: unknown, more: object = {}): Promise<Record<string, unknown>> => {
  const handler = middy(async (event: AuthorizedEvent) => {
    const { routeKey, pathParameters, caller } = authorizedRequest(event);
    return { statusCode: 200, routeKey, pathParameters, type: caller.principalType };
  }).use(authorizeRequest({ ...options(), ...more }) as never) as unknown as Invoke;
  return handler(event, lambdaContext("f"));
};
/** As Lambda calls it: with any event. */
type Invoke = (event: unknown, context: object) => Promise<Record<string, unknown>>;

const functionUrl = ({ method, target, headers }: Signed, body?: string) => {
  const [rawPath = "", rawQueryString = ""] = target.split("?");
  return {
    ...eventOf({ method, rawPath, rawQueryString, headers }),
    body,
    isBase64Encoded: false,
    version: "2.0",
  };
};
const balancer = ({ method, target, headers }: Signed, body = "") => {
  const [path = "", query = ""] = target.split("?");
  const pairs = query.split("&").filter((pair) => pair !== "");
  return {
    requestContext: { elb: { targetGroupArn: "arn" } },
    httpMethod: method,
    path,
    headers: { ...headers, "x-forwarded-for": "203.0.113.9, 192.0.2.7" },
    queryStringParameters: Object.fromEntries(
      pairs.map((pair) => pair.split("=") as [string, string]),
    ),
    body,
    isBase64Encoded: false,
  };
};
/** Who may do anything under a condition. */
function caller(Condition: object, Resource = "*"): Caller {
  const parsed = parsePolicy(
    document({ Effect: "Allow", Action: "*", Resource, Condition }),
    "identity",
  );
  if (!parsed.ok) throw new Error(parsed.issues[0]?.message);
  const identity = [compilePolicy(parsed.policy, { policyId: "p", type: "identity-based" })];
  const principal = {
    type: "User",
    account: ACCOUNT,
    arn: `arn:aws:iam::${ACCOUNT}:user/u`,
    userId: "A",
  } as const;
  return { principal, account: ACCOUNT, accessKeyId: "", policies: { identity }, tags: [] };
}
const sign = (request: Partial<WireRequest> = {}) =>
  signHeader(HOST, ROOT, { path: "/orders/a%20b", ...request });

describe.each([
  ["function URL", functionUrl],
  ["load balancer", balancer],
])("authorizeRequest, behind a %s", (_, eventFor) => {
  it("hands route, parameters and caller to the handler", async () => {
    expect(await invoke(eventFor(sign({ query: [["q", "a b&c"]] })))).toEqual({
      statusCode: 200,
      routeKey: "GET /orders/{orderId}",
      pathParameters: { orderId: "a b" },
      type: "Root",
    });
    expect(authorizer.lines.at(-1)).toMatchObject({
      action: "orders:GetOrder",
      outcome: "allowed",
    });
  });

  it("hashes the body itself: no header is needed for it, and no other body passes", async () => {
    const signed = sign({ method: "POST", path: "/orders", body: "{}", contentSha256: false });
    expect(await invoke(eventFor(signed, "{}"))).toMatchObject({
      statusCode: 200,
      routeKey: "POST /orders",
    });
    expect(await invoke(eventFor(signed, "{ }"))).toMatchObject({ statusCode: 401 });
    const declared = sign({ method: "POST", path: "/orders", body: "{}" });
    expect(await invoke(eventFor(declared, "{ }"))).toMatchObject({ statusCode: 401 });
  });

  it("refuses what is not signed, and fails when the authorizer does", async () => {
    const { headers, ...signed } = sign();
    expect(await invoke(eventFor({ ...signed, headers: { host: HOST } }))).toMatchObject({
      statusCode: 401,
      body: '{"message":"Unauthorized"}',
    });
    expect(headers).toHaveProperty("authorization");
    const broken = { decide: async () => ({ kind: "failed" as const, decisionId: "1" }) };
    expect(await invoke(eventFor(sign()), { authorizer: () => broken })).toMatchObject({
      statusCode: 500,
    });
  });

  it("refuses a denial with the sentence and the encoded message", async () => {
    const answer = await invoke(eventFor(sign({ path: "/accounts/999999999999/orders/1" })));
    expect(answer).toMatchObject({ statusCode: 403 });
    expect(JSON.parse(String(answer.body))).toEqual({
      message: expect.stringMatching(
        /^User: arn:aws:iam::\d+:root is not authorized to perform: orders:GetOrder on resource: /,
      ),
      encodedAuthorizationMessage: expect.stringMatching(/\w{20}/),
    });
  });
});

describe("authorize", () => {
  it("knows the caller's address behind a load balancer only where its header is to be trusted", async () => {
    await invoke(balancer(sign()));
    expect(authorizer.lines.at(-1)?.sourceIp).toBeUndefined();
    await invoke(balancer(sign()), { trustForwardedFor: true });
    expect(authorizer.lines.at(-1)?.sourceIp).toBe("192.0.2.7");
  });

  it("knows behind a load balancer whether the request came over TLS", async () => {
    const secure: (boolean | undefined)[] = [];
    const watching = {
      decide: (request: ApiRequest) => {
        secure.push(request.secureTransport);
        return authorizer.decide(request);
      },
    };
    const event = balancer(sign());
    for (const proto of ["https", "http", "https,http", undefined]) {
      const headers = { ...event.headers, ...(proto && { "x-forwarded-proto": proto }) };
      await invoke({ ...event, headers }, { authorizer: () => watching });
    }
    expect(secure).toEqual([true, false, false, false]);
    await invoke(functionUrl(sign({ headers: { "x-forwarded-proto": "http" } })), {
      authorizer: () => watching,
    });
    expect(secure.at(-1) ?? true).toBe(true);
  });

  it("tells policies whether the request came over TLS", async () => {
    const allowed = caller({ Bool: { "aws:SecureTransport": "true" } });
    const request = {
      action: "a:B",
      resources: ["arn:aws:a:::b"],
      pattern: "arn:aws:a:::b",
      account: undefined,
      context: {},
    } as const;
    const facts = { now: new Date() };
    const outcome = (secureTransport: boolean) =>
      evaluateRequest(allowed, { ...requestOf({ path: "/" }), secureTransport }, request, facts)
        .decision.outcome;
    expect([outcome(true), outcome(false)]).toEqual(["allowed", "implicitDeny"]);
  });

  it("allows a request that stands for two resources only if both are allowed", () => {
    const only = caller({}, "arn:aws:a:::b*");
    const outcome = (first: string, ...others: string[]) =>
      evaluateRequest(
        only,
        requestOf({ path: "/" }),
        {
          action: "a:B",
          resources: [first, ...others],
          pattern: first,
          account: undefined,
          context: {},
        },
        { now: new Date() },
      ).decision.outcome;
    const [b1, b2, c] = ["arn:aws:a:::b1", "arn:aws:a:::b2", "arn:aws:a:::c"] as const;
    expect([outcome(b1), outcome(c)]).toEqual(["allowed", "implicitDeny"]);
    expect([outcome(b1, b2), outcome(b1, c)]).toEqual(["allowed", "implicitDeny"]);
    expect([outcome(c, b1), outcome(b1, b2, c)]).toEqual(["implicitDeny", "implicitDeny"]);
  });

  it("allows a session whose password must change nothing else, whatever its policies", () => {
    const session = { issuedAt: new Date(), transitiveTagKeys: [], passwordChangeOnly: true };
    const evaluated = (action: string) =>
      evaluate(
        { ...caller({}), session: session as unknown as NonNullable<Caller["session"]> },
        { action, resource: "*" },
        { now: new Date(), secureTransport: true },
      ).decision;
    expect(evaluated("iam:ChangePassword").outcome).toBe("allowed");
    expect(evaluated("a:B")).toEqual({
      outcome: "implicitDeny",
      missing: "session",
      statements: [],
    });
  });

  it("takes UNSIGNED-PAYLOAD only where the API does", async () => {
    const request = { path: "/whoami", contentSha256: "UNSIGNED-PAYLOAD" };
    expect((await authorizer.ask(request)).kind).toBe("unauthenticated");
    expect(authorizer.lines.at(-1)?.reason).toMatch(/^IncompleteSignature: .* is not accepted/);
  });

  it("asks for execute-api:Invoke where the definition has no route, whatever route the event claims", async () => {
    const event = functionUrl(sign({ path: "/elsewhere" }));
    expect(await invoke({ ...event, routeKey: "GET /orders" })).toMatchObject({
      routeKey: "$default",
    });
    expect(authorizer.lines.at(-1)?.resource).toMatch(/:orders\/\$default\/GET\/elsewhere$/);
  });
});

describe("a path that its gateway has decoded", () => {
  // On the wire `/orders/a%2520b`, which is the order `a%20b` and not the order `a b`.
  const signed = sign({ path: "/orders/a%2520b" });
  const query = { queryStringParameters: null, multiValueQueryStringParameters: null };
  const event = { ...functionUrl(signed), rawPath: "/orders/a%20b" };
  const eventV1 = {
    version: "1.0",
    httpMethod: "GET",
    path: "/orders/a%20b",
    resource: "/{proxy+}",
    headers: signed.headers,
    ...query,
    requestContext: { apiId: "a", stage: "$default", path: "/orders/a%20b", identity: {} },
    body: null,
  };

  it.each([
    ["2.0", event],
    ["1.0", eventV1],
  ])(
    "is not decoded again (payload %s): the handler gets the parameter that was checked",
    async (_, given) => {
      expect(await invoke(given, { pathIsDecoded: true })).toMatchObject({
        statusCode: 200,
        pathParameters: { orderId: "a%20b" },
      });
      expect(authorizer.lines.at(-1)?.resource).toMatch(/:order\/a%20b$/);
    },
  );

  it("is not decoded again behind an authorizer either", () => {
    const { requestContext: _, ...rest } = eventV1;
    const behind = { ...rest, resource: "/orders/{orderId}", pathParameters: { orderId: "a%20b" } };
    const requestContext = { authorizer: {} };
    const parametersOf = (event: object) =>
      authorizedRequest({ ...event, requestContext } as AuthorizedEvent).pathParameters;
    expect(parametersOf(behind)).toEqual({ orderId: "a%20b" });
    const { version: __, ...rest1 } = behind;
    expect(parametersOf(rest1)).toEqual({ orderId: "a b" });
  });
});

describe("requireAuthorization", () => {
  const table: OrderTable = {
    list: async () => [],
    get: async () => undefined,
    put: async () => {},
    delete: async () => false,
  };
  const guarded = ordersApi(table);
  const call = async (requestContext: object, body?: string) => {
    const event = {
      ...functionUrl(sign({ path: "/orders" })),
      routeKey: "GET /orders",
      requestContext,
      body,
    };
    return (await guarded(event as never, lambdaContext("f"))) as { statusCode: number };
  };
  const context = { principalArn: "arn", accountId: "1", contentSha256: "UNSIGNED-PAYLOAD" };
  const EMPTY = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

  it("refuses with 500 what did not come through the authorizer, and with 400 another body", async () => {
    expect((await call({})).statusCode).toBe(500);
    expect((await call({ authorizer: {} })).statusCode).toBe(500);
    expect((await call({ authorizer: { jwt: context } })).statusCode).toBe(500);
    expect(
      (await call({ authorizer: { lambda: { ...context, principalArn: "" } } })).statusCode,
    ).toBe(500);
    expect(
      (await call({ authorizer: { lambda: { ...context, contentSha256: { length: 1 } } } }))
        .statusCode,
    ).toBe(500);
    expect((await call({ authorizer: { lambda: context } }, "any")).statusCode).toBe(200);
    expect(
      (await call({ authorizer: { lambda: { ...context, contentSha256: EMPTY } } })).statusCode,
    ).toBe(200);
    expect(
      (await call({ authorizer: { lambda: { ...context, contentSha256: EMPTY } } }, "any"))
        .statusCode,
    ).toBe(400);
    expect(
      (await call({ authorizer: { lambda: { ...context, contentSha256: "00" } } })).statusCode,
    ).toBe(400);
  });

  it("is a middleware for handlers of one's own", async () => {
    const own = middy(async (event: AuthorizedEvent) => ({
      statusCode: 200,
      body: authorizedRequest(event).caller.accountId ?? "",
    })).use(requireAuthorization());
    const event = {
      httpMethod: "GET",
      resource: "/a",
      pathParameters: null,
      body: null,
      requestContext: { authorizer: { ...context, principalId: "p" } },
    };
    expect(await own(event as never, lambdaContext("f"))).toEqual({ statusCode: 200, body: "1" });
  });
});
