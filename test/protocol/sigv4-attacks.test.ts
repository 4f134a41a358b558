import type { SignedRequest } from "@portcullis/protocol/sigv4";
import { describe, expect, test } from "vitest";
import { AMZ_DATE, EMPTY_HASH, presigned, signature, signed } from "../support/sign.ts";
import { adding, outcome, replacing } from "./outcome.ts";

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
