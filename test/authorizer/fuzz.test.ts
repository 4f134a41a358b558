import { createRouter } from "@portcullis/authorizer";
import { ordersService } from "@portcullis/example-orders";
import { authorizerHandler, connectHandler, policyHandler } from "@portcullis/functions";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { eventOf } from "../support/gateway-event.ts";
import {
  type OwnAuthorizer,
  type OwnInstallation,
  ownAuthorizer,
  ownInstallation,
  ROOT,
} from "../support/own-authorizer.ts";
import { presign, signHeader } from "../support/wire-signer.ts";

const HOST = "api.test";

/**
 * Whatever event comes, there is an answer or a clean refusal, and an allow for nothing but a
 * whole, signed request.
 */
describe("any event", () => {
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
    authorizer,
    region: "us-east-1",
    apiId: "orders",
    pathIsDecoded: false,
    router: createRouter(Object.keys(ordersService.routes)),
  });

  /** Whether the gateway would let the request pass. */
  async function passes(
    handler: (event: never) => Promise<unknown>,
    event: unknown,
  ): Promise<boolean> {
    try {
      const answer = JSON.stringify(await handler(event as never));
      return answer.includes('"isAuthorized":true') || answer.includes('"Effect":"Allow"');
    } catch (error) {
      expect(error).toBeInstanceOf(Error);
      return false;
    }
  }

  const text = fc.oneof(
    fc.string(),
    fc.constantFrom(
      "",
      "__proto__",
      "constructor",
      "arn:aws:execute-api:r:1:a/s/GET/",
      "Bearer a.b.c",
      "AWS4-HMAC-SHA256 Credential=a/b/c/d/aws4_request, SignedHeaders=host, Signature=00",
    ),
  );
  const map = fc.oneof(
    fc.constant(null),
    fc.dictionary(fc.oneof(text, fc.constantFrom("authorization", "host", "x-amz-date")), text),
  );
  const anyEvent = fc.record(
    {
      version: fc.constantFrom("1.0", "2.0", "3.0"),
      type: fc.constantFrom("REQUEST", "TOKEN"),
      routeKey: text,
      routeArn: text,
      methodArn: text,
      authorizationToken: text,
      rawPath: text,
      rawQueryString: text,
      httpMethod: text,
      path: text,
      resource: text,
      headers: map,
      multiValueHeaders: fc.oneof(fc.constant(null), fc.dictionary(text, fc.array(text))),
      pathParameters: map,
      queryStringParameters: map,
      multiValueQueryStringParameters: fc.oneof(
        fc.constant(null),
        fc.dictionary(text, fc.array(text)),
      ),
      requestContext: fc.oneof(
        fc.jsonValue(),
        fc.record({
          stage: text,
          apiId: text,
          path: text,
          http: fc.record({ method: text, sourceIp: text }),
        }),
      ),
    },
    { requiredKeys: [] },
  );

  it("never_allowed_by_accident", async () => {
    const handlers = [authorizerHandler(options), policyHandler(options), connectHandler(options)];
    await fc.assert(
      fc.asyncProperty(anyEvent, async (event) => {
        for (const handler of handlers) expect(await passes(handler, event)).toBe(false);
      }),
      { numRuns: 300, interruptAfterTimeLimit: 8_000, markInterruptAsFailure: true },
    );
  });

  it("never_allowed_once_anything_signed_is_changed", async () => {
    const handler = authorizerHandler(options);
    const inHeader = signHeader(HOST, ROOT, { path: "/orders/1", query: [["a", "b"]] });
    const inQuery = presign(HOST, ROOT, { path: "/orders/1", query: [["a", "b"]] });
    const events = [inHeader, inQuery].map(({ method, target, headers }) => {
      const [rawPath = "", rawQueryString = ""] = target.split("?");
      return eventOf({ method, rawPath, rawQueryString, headers });
    });
    for (const event of events) expect(await passes(handler, event)).toBe(true);
    const change = fc.record({
      event: fc.constantFrom(...events),
      part: fc.nat(),
      at: fc.nat(),
      to: fc.oneof(fc.constant(""), fc.constantFrom("/", "%", "&", "=", "A", "0", ",", " ", "é")),
    });
    await fc.assert(
      fc.asyncProperty(change, async ({ event, part, at, to }) => {
        const edit = (whole: string) => {
          const index = at % (whole.length + 1);
          return whole.slice(0, index) + to + whole.slice(index + 1);
        };
        const names = Object.keys(event.headers);
        const header = names[part % names.length] ?? "";
        const edited = [
          { ...event, rawPath: edit(event.rawPath) },
          { ...event, rawQueryString: edit(event.rawQueryString) },
          { ...event, headers: { ...event.headers, [header]: edit(event.headers[header] ?? "") } },
        ];
        for (const changed of edited) {
          const same = JSON.stringify(normal(changed)) === JSON.stringify(normal(event));
          if (!same)
            expect({ changed, passes: await passes(handler, changed) }).toMatchObject({
              passes: false,
            });
        }
      }),
      { numRuns: 300, interruptAfterTimeLimit: 8_000 },
    );
  });
});

/**
 * What two requests that mean the same have in common: empty parts and outer spaces mean nothing.
 */
const normal = ({ rawPath, rawQueryString, headers }: ReturnType<typeof eventOf>) => [
  rawPath,
  rawQueryString
    .split("&")
    .filter((part) => part !== "")
    .map((part) => (part.includes("=") ? part : `${part}=`))
    .sort(),
  Object.entries(headers).map(([name, value]) => [
    name,
    value.trim().replace(/\s+/g, " ").replace(/, /g, ","),
  ]),
];
