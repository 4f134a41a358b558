import {
  clientPaths,
  decodeRequest,
  encodeError,
  loadService,
  type Service,
  validateInput,
} from "@portcullis/protocol";
import { readCredential, type SignedRequest, verifySignature } from "@portcullis/protocol/sigv4";
import fc from "fast-check";
import { afterEach, describe, expect, test } from "vitest";
import { NOW, presigned, SECRET, signed } from "../support/sign.ts";

// Any input gives a typed answer in bounded time and changes no prototype.

afterEach(() => {
  expect(Object.keys(Object.prototype)).toEqual([]);
  expect(({} as Record<string, unknown>).polluted).toBeUndefined();
});

const iam = await loadService("iam");
const organizations = await loadService("organizations");
const analyzer = await loadService("access-analyzer");

const hostileName = fc.constantFrom(
  "__proto__",
  "constructor",
  "prototype",
  "toString",
  "polluted",
  "hasOwnProperty",
);
const part = fc.oneof(
  hostileName,
  fc.constantFrom(
    "Tags",
    "member",
    "entry",
    "1",
    "2",
    "Key",
    "Value",
    "key",
    "value",
    "UserName",
    "Properties",
    "",
  ),
);
const pair = fc
  .tuple(
    fc.array(part, { minLength: 1, maxLength: 6 }),
    fc.oneof(fc.string({ maxLength: 5 }), hostileName),
  )
  .map(([name, value]) => `${name.join(".")}=${encodeURIComponent(value.toWellFormed())}`);
const form = fc
  .tuple(
    fc.constantFrom("CreateUser", "PutAccountProperties", "TagRole", "SimulateCustomPolicy"),
    fc.array(pair, { maxLength: 8 }),
  )
  .map(([action, pairs]) => [`Action=${action}`, "Version=2010-05-08", ...pairs].join("&"));
const json = fc.json({ depthSize: "medium" }).map((text) => text.replaceAll('"a', '"__proto__'));

function decodeAndCheck(
  service: Service,
  body: string | Uint8Array,
  target?: string,
  rest: { readonly method?: string; readonly path?: string; readonly query?: string } = {},
) {
  const decoded = decodeRequest(service, { body, target, ...rest });
  if (decoded.ok) {
    expect(service.operations.has(decoded.operation)).toBe(true);
    expect(Object.getPrototypeOf(decoded.input)).toBe(Object.prototype);
    validateInput(service, decoded.operation, decoded.input);
  } else {
    const { status, body } = encodeError(service, decoded.error, "r");
    expect(status).toBeGreaterThanOrEqual(400);
    expect(status).toBeLessThan(500);
    expect(body).not.toBe("");
  }
}

describe("decodeRequest", () => {
  test("takes any bytes", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => decodeAndCheck(iam, bytes)),
      { numRuns: 500, seed: 3 },
    );
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 100 }), (text) =>
        decodeAndCheck(iam, text),
      ),
      { numRuns: 500, seed: 4 },
    );
  });
  test("takes any parameters", () => {
    fc.assert(
      fc.property(form, (body) => decodeAndCheck(iam, body)),
      { numRuns: 3000, seed: 5 },
    );
  });
  test("takes any JSON", () => {
    const target = fc
      .constantFrom("TagResource", "CreatePolicy", "ListAccounts", "__proto__")
      .map((name) => `AWSOrganizationsV20161128.${name}`);
    fc.assert(
      fc.property(json, target, (body, target) => decodeAndCheck(organizations, body, target)),
      { numRuns: 2000, seed: 6 },
    );
  });
  test("takes any method, path, query and body", () => {
    const routes = [...analyzer.operations.values()].flatMap(({ http }) => http ?? []);
    const segment = fc.oneof(hostileName, fc.string({ maxLength: 5 }), fc.constant("%zz"));
    const route = fc.constantFrom(...routes).chain(({ method, uri }) =>
      fc.array(segment, { minLength: 3, maxLength: 3 }).map((labels) => {
        let at = 0;
        return { method, path: uri.replace(/\{\w+\}/g, () => labels[at++ % 3] ?? "") };
      }),
    );
    const any = fc.record({ method: fc.constantFrom("GET", "PUT", ""), path: fc.string() });
    const name = fc.oneof(hostileName, fc.constantFrom("maxResults", "analyzerArn", "tagKeys"));
    const query = fc
      .array(fc.tuple(name, fc.string({ maxLength: 4 })), { maxLength: 4 })
      .map((pairs) => pairs.map((pair) => pair.join("=")).join("&"));
    fc.assert(
      fc.property(fc.oneof(route, any), query, json, (request, query, body) => {
        decodeAndCheck(analyzer, body, undefined, { ...request, query });
        const paths = clientPaths(analyzer, request.method, request.path);
        expect(paths[0]).toBe(request.path);
      }),
      { numRuns: 3000, seed: 7 },
    );
  });
  test("is done with the worst of paths and query strings in no time", () => {
    for (const rest of [
      { method: "GET", path: "/a".repeat(3e6) },
      { method: "GET", path: `/tags/arn:${"/%41".repeat(1e6)}` },
      { method: "GET", path: "/analyzer", query: "a&".repeat(3e6) },
      { method: "GET", path: "/analyzer", query: `a=${"+".repeat(6e6 - 2)}` },
    ]) {
      const start = performance.now();
      decodeAndCheck(analyzer, "", undefined, rest);
      clientPaths(analyzer, rest.method, rest.path);
      expect(performance.now() - start, rest.path.slice(0, 20)).toBeLessThan(1_000);
    }
  });
  test("is done with the worst of bodies in no time", () => {
    const tags = Array.from(
      { length: 3_300 },
      (_, at) => `Tags.member.${at + 1}.Key=${"x".repeat(1500)}&Tags.member.${at + 1}.Value=`,
    ).join("&");
    const worst = [
      "&".repeat(6e6),
      "a&".repeat(3e6),
      "%41".repeat(2e6),
      "Tags.member.1.".repeat(4e5),
      `UserName=${"+".repeat(6e6)}`,
      tags,
    ];
    for (const rest of worst) {
      const start = performance.now();
      decodeAndCheck(iam, `Action=CreateUser&Version=2010-05-08&${rest}`);
      expect(performance.now() - start, rest.slice(0, 20)).toBeLessThan(10_000);
    }
  });
});

describe("readCredential and verifySignature", () => {
  const options = {
    nowMilliseconds: NOW,
    maxSkewSeconds: 300,
    services: ["execute-api"],
    payload: { kind: "declared" },
  } as const;
  function accepted(request: SignedRequest): boolean {
    const read = readCredential(request);
    if (read.ok && read.credential.accessKeyId !== "AKIDEXAMPLE") return false;
    if (read.ok) return verifySignature(request, read.credential, SECRET, options).ok;
    expect([
      "MissingAuthenticationToken",
      "IncompleteSignature",
      "SignatureDoesNotMatch",
    ]).toContain(read.code);
    return false;
  }

  const name = fc.oneof(
    fc.constantFrom(
      "authorization",
      "Authorization",
      "host",
      "x-amz-date",
      "x-amz-security-token",
      "x-amz-content-sha256",
      "content-length",
    ),
    fc.string({ maxLength: 5 }),
  );
  const text = fc.oneof(
    fc.string({ unit: "binary", maxLength: 20 }),
    fc.constantFrom(
      "AWS4-HMAC-SHA256",
      "AWS4-HMAC-SHA256 Credential=a/b/c/d/aws4_request, SignedHeaders=host, Signature=0",
    ),
  );
  const anything: fc.Arbitrary<SignedRequest> = fc.record({
    method: text,
    rawPath: text,
    rawQuery: fc.oneof(
      text,
      fc
        .array(
          fc.constantFrom(
            "X-Amz-Date=1",
            "X-Amz-Signature=0",
            "X-Amz-Expires=1",
            "%",
            "X-Amz-Credential=%2F",
          ),
          { maxLength: 5 },
        )
        .map((parts) => parts.join("&")),
    ),
    headers: fc.array(fc.tuple(name, text), { maxLength: 6 }),
  });
  test("refuse any request that was not signed", () => {
    fc.assert(
      fc.property(anything, (request) => !accepted(request)),
      { numRuns: 3000, seed: 7 },
    );
  });

  // One character changed anywhere, and the request is another.
  const position = fc.nat();
  const character = fc.constantFrom("a", "Z", "0", "/", "%", "&", "=", ".", ",", " ");
  test("refuse any signed request that was tampered with", () => {
    const requests = [
      signed({
        canonicalPath: "/orders/1",
        canonicalQuery: "a=1&b=2",
        headers: { "x-amz-security-token": "token" },
      }),
      presigned({ "X-Amz-Security-Token": "token" }, { canonicalPath: "/orders/1" }),
    ];
    for (const request of requests) expect(accepted(request)).toBe(true);
    const field = fc.constantFrom("rawPath", "rawQuery", "header");
    fc.assert(
      fc.property(
        fc.constantFrom(...requests),
        field,
        position,
        character,
        (request, field, at, letter) => {
          const change = (old: string) =>
            `${old.slice(0, at % (old.length + 1))}${letter}${old.slice((at % (old.length + 1)) + 1)}`;
          const target = at % request.headers.length;
          const changed =
            field === "header"
              ? {
                  ...request,
                  headers: request.headers.map(
                    ([name, value], index) =>
                      [name, index === target ? change(value) : value] as const,
                  ),
                }
              : { ...request, [field]: change(request[field as "rawPath"]) };
          fc.pre(meaning(changed) !== meaning(request));
          expect(accepted(changed)).toBe(false);
        },
      ),
      { numRuns: 5000, seed: 8 },
    );
  });
});

// What a request says once spellings that every parser reads alike are set aside: empty parts and
// order of the query, parameters without `=`, white space around header values and list separators.
function meaning(request: SignedRequest): string {
  const query = request.rawQuery
    .split("&")
    .filter((part) => part !== "")
    .map((part) => (part.includes("=") ? part : `${part}=`))
    .sort();
  const headers = request.headers.map(
    ([name, value]) => `${name}:${value.replace(/ +/g, " ").trim().replaceAll(", ", ",")}`,
  );
  return JSON.stringify([request.rawPath, query, headers]);
}
