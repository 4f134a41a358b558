import { readCredential, type SignedRequest, verifySignature } from "@portcullis/protocol/sigv4";
import { describe, expect, test } from "vitest";
import { canonicalRequest } from "../../packages/protocol/src/sigv4/canonical-request.ts";
import { AMZ_DATE, EMPTY_HASH, presigned, SECRET, signature, signed } from "../support/sign.ts";
import { adding, options, outcome, replacing } from "./outcome.ts";

test("the signer of these tests makes valid signatures", () => {
  expect(outcome(signed())).toBe("verified");
  expect(outcome(presigned())).toBe("verified");
  expect(outcome(signed({ headers: { "x-amz-security-token": "t" } }))).toBe("verified");
  expect(outcome(presigned({ "X-Amz-Security-Token": "t" }))).toBe("verified");
});

describe("ambiguous requests are refused although the signature is valid", () => {
  const authorization = signed().headers.find(([name]) => name === "authorization")?.[1] ?? "";
  test.each<[string, SignedRequest, RegExp]>([
    [
      "no signature at all",
      { ...signed(), headers: [["host", "h"]] },
      /^MissingAuthenticationToken: Request is missing Authentication Token$/,
    ],
    [
      "two Authorization headers",
      adding(signed(), ["Authorization", authorization]),
      /`authorization` is given more than once/,
    ],
    [
      "two Authorization headers merged by a gateway",
      replacing(signed(), "authorization", (old) => `${old},${old}`),
      /^IncompleteSignature/,
    ],
    [
      "another scheme merged before it",
      replacing(signed(), "authorization", (old) => `Bearer x, ${old}`),
      /^IncompleteSignature/,
    ],
    [
      "another scheme merged after it",
      replacing(signed(), "authorization", (old) => `${old}, Bearer x`),
      /^IncompleteSignature/,
    ],
    ["two hosts", adding(signed(), ["Host", "other"]), /`host` is given more than once/],
    [
      "two dates",
      adding(signed(), ["X-AMZ-DATE", AMZ_DATE]),
      /`x-amz-date` is given more than once/,
    ],
    [
      "two session tokens",
      adding(signed({ headers: { "x-amz-security-token": "t" } }), ["X-Amz-Security-Token", "u"]),
      /more than once/,
    ],
    [
      "session tokens merged by a gateway",
      signed({ headers: { "x-amz-security-token": "t,u" } }),
      /session token cannot be read/,
    ],
    [
      "an empty session token",
      signed({ headers: { "x-amz-security-token": "" } }),
      /session token cannot be read/,
    ],
    [
      "header and query both signed",
      { ...presigned(), headers: signed().headers },
      /both its Authorization header and its query/,
    ],
    [
      "a header signature beside a token in the query",
      { ...signed(), rawQuery: "X-Amz-Security-Token=t" },
      /both its Authorization header/,
    ],
    [
      "a bearer beside a presigned query",
      adding(presigned(), ["Authorization", "Bearer x"]),
      /both its Authorization header/,
    ],
    [
      "a token in a header beside a presigned query",
      presigned({}, { headers: { "x-amz-security-token": "t" } }),
      /must not have a header/,
    ],
    [
      "a date in a header beside a presigned query",
      presigned({}, { headers: { "x-amz-date": AMZ_DATE } }),
      /must not have a header/,
    ],
    [
      "hashes in header and query",
      presigned(
        { "X-Amz-Content-Sha256": EMPTY_HASH },
        { headers: { "x-amz-content-sha256": EMPTY_HASH } },
      ),
      /both a header and the query/,
    ],
    ["a broken escape in the query", { ...signed(), rawQuery: "a%2=1" }, /broken escape/],
  ])("%s", (_, request, expected) => {
    expect(outcome(request)).toMatch(expected);
    expect(outcome(request)).not.toBe("verified");
  });

  // CVE-2022-2385: two spellings of one parameter, of which each component reads another.
  test.each([
    "Action",
    "Credential",
    "Date",
    "Expires",
    "SignedHeaders",
    "Signature",
    "Security-Token",
    "Foo",
  ])("X-Amz-%s repeated, or in another letter case", (name) => {
    const given = presigned({ "X-Amz-Security-Token": "t", "X-Amz-Action": "a", "X-Amz-Foo": "f" });
    const value = new URLSearchParams(given.rawQuery).get(`X-Amz-${name}`) ?? "";
    for (const spelling of [
      `X-Amz-${name}`,
      `x-amz-${name}`,
      `X-AMZ-${name.toUpperCase()}`,
      `X%2dAmz-${name}`,
    ]) {
      for (const rawQuery of [
        `${given.rawQuery}&${spelling}=${value}`,
        `${spelling}=x&${given.rawQuery}`,
      ]) {
        expect(outcome({ ...given, rawQuery })).toMatch(
          /^IncompleteSignature: .*(more than once|must be spelled)/,
        );
      }
    }
  });

  test("an X-Amz-Signature in another case does not slip into what is signed", () => {
    const lower = presigned().rawQuery.replace("X-Amz-Signature", "x-amz-signature");
    expect(outcome({ ...presigned(), rawQuery: lower })).toMatch(/^IncompleteSignature/);
  });
});

describe("unsigned headers", () => {
  test("host", () => {
    const made = signature({ headers: { "x-amz-date": AMZ_DATE } });
    expect(made.signedHeaders).toBe("host;x-amz-date");
    const unsignedHost = replacing(signed(), "authorization", (old) =>
      old.replace("host;x-amz-date", "x-amz-date"),
    );
    expect(outcome(unsignedHost)).toBe(
      "IncompleteSignature: 'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.",
    );
  });
  test.each(["x-amz-security-token", "x-amz-target", "x-amz-anything"])("%s", (name) => {
    expect(outcome(adding(signed(), [name, EMPTY_HASH]))).toBe(
      `IncompleteSignature: '${name}' must be a 'SignedHeader' in the AWS Authorization.`,
    );
    expect(outcome(signed({ headers: { [name]: EMPTY_HASH } }))).toBe("verified");
  });
  test("the header that CloudFront adds may be unsigned", () => {
    expect(outcome(adding(signed(), ["X-Amz-Cf-Id", "x"], ["Via", "1.1 x"]))).toBe("verified");
  });
  test("x-amz-content-sha256 may be unsigned, since the signature covers its value anyway", () => {
    const hash = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"; // of "test"
    const given = adding(signed({ payloadHash: hash }), ["X-Amz-Content-Sha256", hash]);
    expect(outcome(given)).toBe("verified");
    expect(outcome(given, { payload: { kind: "body", bytes: "test" } })).toBe("verified");
    expect(outcome(given, { payload: { kind: "body", bytes: "tess" } })).toMatch(
      /does not match what was computed/,
    );
    expect(outcome(replacing(given, "X-Amz-Content-Sha256", () => EMPTY_HASH))).toMatch(
      /^SignatureDoesNotMatch: The request signature/,
    );
    const unsigned = adding(signed(), ["x-amz-content-sha256", "UNSIGNED-PAYLOAD"]);
    expect(outcome(unsigned, { payload: { kind: "declared", allowUnsigned: true } })).toMatch(
      /^SignatureDoesNotMatch: The request signature/,
    );
    expect(outcome(adding(given, ["x-amz-content-sha256", hash]))).toMatch(/more than once/);
  });
  test("a signed header that is absent, added or changed", () => {
    const given = signed({ headers: { "x-tenant": "a" } });
    expect(outcome(given)).toBe("verified");
    expect(
      outcome({ ...given, headers: given.headers.filter(([name]) => name !== "x-tenant") }),
    ).toMatch(/^SignatureDoesNotMatch/);
    expect(outcome(adding(given, ["X-Tenant", "b"]))).toMatch(/^SignatureDoesNotMatch/);
    expect(outcome(replacing(given, "x-tenant", () => "b"))).toMatch(/^SignatureDoesNotMatch/);
  });
});

describe("the canonical request", () => {
  const canonical = (given: Partial<SignedRequest>, signedHeaders = ["host"]) =>
    canonicalRequest(
      { method: "GET", rawPath: "/", rawQuery: "", headers: [["Host", "h"]], ...given },
      signedHeaders,
      "hash",
    );
  const queryOf = (rawQuery: string) => canonical({ rawQuery })?.split("\n")[2];
  const pathOf = (rawPath: string) => canonical({ rawPath })?.split("\n")[1];

  test("is none without a signed header, or with a broken escape", () => {
    expect(canonical({})).toBe("GET\n/\n\nhost:h\n\nhost\nhash");
    expect(canonical({}, ["host", "x-team"])).toBeUndefined();
    expect(canonical({ headers: [] })).toBeUndefined();
    for (const rawQuery of ["%", "%4", "%zz=1", "a=%", "a=%4g", "a=1&b=%zz", "%zz=%zz", "a+%"])
      expect(queryOf(rawQuery)).toBeUndefined();
  });

  test("a header that is not sent is not the text `undefined`", () => {
    const given = signed({ headers: { "x-team": "undefined" } });
    expect(outcome(given)).toBe("verified");
    const headers = given.headers.filter(([name]) => name !== "x-team");
    expect(outcome({ ...given, headers })).toMatch(/^SignatureDoesNotMatch: The request signature/);
  });

  test.each([
    ["a", "a="],
    ["a=1", "a=1"],
    ["=1", "=1"],
    ["a=b=c", "a=b%3Dc"],
    ["b=2&&a=1&", "a=1&b=2"],
    ["a=2&a=1", "a=1&a=2"],
    ["a-=1&a=1", "a=1&a-=1"],
    ["a+b=c+d", "a%20b=c%20d"],
    ["%41=%7e", "A=~"],
    ["a=%2f%2B", "a=%2F%2B"],
    ["a=/!'()*", "a=%2F%21%27%28%29%2A"],
    ["a=é€😀", "a=%C3%A9%E2%82%AC%F0%9F%98%80"],
    ["X-Amz-Signature=0&a=1", "a=1"],
    ["X-Amz-Signatures=0", "X-Amz-Signatures=0"],
  ])("has the query `%s` as `%s`", (rawQuery, expected) => {
    expect(queryOf(rawQuery)).toBe(expected);
  });

  test.each([
    ["", "/"],
    ["/a//b/../c", "/a//b/../c"],
    ["/a%2Fb", "/a%252Fb"],
    ["/a'b(c)!*", "/a%27b%28c%29%21%2A"],
    ["/a b/é", "/a%20b/%C3%A9"],
  ])("has the path `%s` as `%s`", (rawPath, expected) => {
    expect(pathOf(rawPath)).toBe(expected);
  });
});

test("a credential with a signature of another length does not match", () => {
  const read = readCredential(signed());
  if (!read.ok) throw new Error(read.message);
  for (const signature of ["", "00", `${read.credential.signature}00`])
    expect(
      verifySignature(signed(), { ...read.credential, signature }, SECRET, options),
    ).toMatchObject({ ok: false, code: "SignatureDoesNotMatch" });
});
