import {
  readCredential,
  type SignedRequest,
  type VerifyOptions,
  verifySignature,
} from "@portcullis/protocol/sigv4";
import { describe, expect, test } from "vitest";
import {
  AMZ_DATE,
  EMPTY_HASH,
  NOW,
  presigned,
  SCOPE,
  SECRET,
  signature,
  signed,
} from "../support/sign.ts";

const options: VerifyOptions = {
  nowMilliseconds: NOW,
  maxSkewSeconds: 300,
  services: ["execute-api"],
  region: "us-east-1",
  payload: { kind: "declared" },
};

function outcome(request: SignedRequest, changed: Partial<VerifyOptions> = {}): string {
  const read = readCredential(request);
  if (!read.ok) return `${read.code}: ${read.message}`;
  const verified = verifySignature(request, read.credential, SECRET, { ...options, ...changed });
  return verified.ok ? "verified" : `${verified.code}: ${verified.message}`;
}

const adding = (request: SignedRequest, ...headers: [string, string][]): SignedRequest => ({
  ...request,
  headers: [...request.headers, ...headers],
});
const replacing = (
  request: SignedRequest,
  name: string,
  value: (old: string) => string,
): SignedRequest => ({
  ...request,
  headers: request.headers.map(([key, old]) => [key, key === name ? value(old) : old]),
});

test("the signer of these tests signs properly", () => {
  expect(outcome(signed())).toBe("verified");
  expect(outcome(presigned())).toBe("verified");
  expect(outcome(signed({ headers: { "x-amz-security-token": "t" } }))).toBe("verified");
  expect(outcome(presigned({ "X-Amz-Security-Token": "t" }))).toBe("verified");
});

describe("what could be read in two ways is refused, though signed properly", () => {
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

describe("what is not signed does not count", () => {
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
  test("what CloudFront adds may be there", () => {
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

describe("the Authorization header", () => {
  const change = (from: string | RegExp, to: string) =>
    outcome(replacing(signed(), "authorization", (old) => old.replace(from, to)));
  test.each<[string, string | RegExp, string, RegExp]>([
    [
      "no Credential",
      /Credential=[^,]+, /,
      "",
      /^IncompleteSignature: Authorization header requires 'Credential' parameter\.$/,
    ],
    ["no SignedHeaders", /SignedHeaders=[^,]+, /, "", /requires 'SignedHeaders' parameter/],
    ["no Signature", /, Signature=.+/, "", /requires 'Signature' parameter/],
    ["a parameter twice", /Signature=/, "Signature=0, Signature=", /cannot be read/],
    ["an unknown parameter", /Signature=/, "Other=1, Signature=", /cannot be read/],
    ["another algorithm", "SHA256", "SHA512", /Unsupported AWS 'algorithm': 'AWS4-HMAC-SHA512'/],
    [
      "an asymmetric algorithm",
      "AWS4-HMAC-SHA256",
      "AWS4-ECDSA-P256-SHA256",
      /Unsupported AWS 'algorithm'/,
    ],
    [
      "Basic",
      "AWS4-HMAC-SHA256",
      "Basic",
      /requires 'Credential' parameter.*requires 'Signature'.*requires 'SignedHeaders'/,
    ],
    ["a short scope", "/aws4_request", "", /exactly 5 slash-delimited elements/],
    ["a long scope", "AKIDEXAMPLE", "AKID/EXAMPLE", /exactly 5 slash-delimited elements/],
    ["an empty key id", "AKIDEXAMPLE", "", /exactly 5 slash-delimited elements/],
    [
      "another terminator",
      "aws4_request",
      "aws4_other",
      /valid terminator: 'aws4_request', not 'aws4_other'/,
    ],
    [
      "headers out of order",
      "host;x-amz-date",
      "x-amz-date;host",
      /SignedHeaders must be lower-case/,
    ],
    [
      "headers repeated",
      "host;x-amz-date",
      "host;host;x-amz-date",
      /SignedHeaders must be lower-case/,
    ],
    [
      "headers in upper case",
      "host;x-amz-date",
      "Host;x-amz-date",
      /SignedHeaders must be lower-case/,
    ],
    [
      "an upper-case signature",
      /Signature=.{8}/,
      "Signature=ABCDEF01",
      /64 lower-case hexadecimal/,
    ],
    ["a short signature", /.{2}$/, "", /64 lower-case hexadecimal/],
    [
      "another signature",
      /.{2}$/,
      "00",
      /^SignatureDoesNotMatch: The request signature we calculated/,
    ],
    [
      "another service",
      "execute-api",
      "s3",
      /^SignatureDoesNotMatch: Credential should be scoped to correct service: 'execute-api'\.$/,
    ],
    [
      "another region",
      "us-east-1",
      "eu-west-1",
      /^SignatureDoesNotMatch: Credential should be scoped to a valid region, not 'eu-west-1'\.$/,
    ],
    ["another day", "20240506/", "20240505/", /'20240505' != '20240506', from '20240506T070809Z'/],
  ])("%s", (_, from, to, expected) => {
    expect(change(from, to)).toMatch(expected);
  });

  test("no date, a bad date", () => {
    const without = {
      ...signed(),
      headers: signed().headers.filter(([name]) => name !== "x-amz-date"),
    };
    expect(outcome(without)).toMatch(
      /requires existence of either a 'X-Amz-Date' or a 'Date' header/,
    );
    for (const amzDate of [
      "2024-05-06T07:08:09Z",
      "20240506T070809",
      "",
      "20240506T070809Z, 20240506T070809Z",
      "20249906T070809Z",
    ]) {
      expect(
        outcome(
          signed({ amzDate, scope: `${amzDate.slice(0, 8)}/us-east-1/execute-api/aws4_request` }),
        ),
      ).not.toBe("verified");
    }
  });

  test("a Date header takes the place of X-Amz-Date, in the same format", () => {
    const dated = (value: string, headers: Record<string, string> = { date: value }) => {
      const made = signature({ amzDate: value, headers });
      const given: SignedRequest = {
        ...signed(),
        headers: [
          ["Host", "h"],
          ["Date", value],
          [
            "Authorization",
            `AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/${SCOPE}, SignedHeaders=${made.signedHeaders}, Signature=${made.signature}`,
          ],
        ],
      };
      return given;
    };
    expect(outcome(dated(AMZ_DATE))).toBe("verified");
    // The string to sign begins with the date, so its header need not be signed.
    expect(outcome(dated(AMZ_DATE, {}))).toBe("verified");
    expect(outcome(replacing(dated(AMZ_DATE, {}), "Date", () => "20240506T070810Z"))).toMatch(
      /^SignatureDoesNotMatch: The request signature/,
    );
    expect(outcome(dated("Mon, 06 May 2024 07:08:09 GMT"))).toBe(
      "IncompleteSignature: Date must be in ISO-8601 'basic format'. Got 'Mon, 06 May 2024 07:08:09 GMT'. See http://en.wikipedia.org/wiki/ISO_8601",
    );
    expect(outcome(adding(dated(AMZ_DATE), ["date", AMZ_DATE]))).toMatch(
      /`date` is given more than once/,
    );
    // X-Amz-Date has precedence, and then a Date header in any form or number has no meaning.
    expect(outcome(adding(signed(), ["Date", "x"], ["Date", "y"]))).toBe("verified");
    expect(outcome(adding(presigned(), ["Date", "Mon, 06 May 2024 07:08:09 GMT"]))).toBe(
      "verified",
    );
  });

  test("an empty region passes where any region does", () => {
    const given = signed({ scope: "20240506//execute-api/aws4_request" });
    expect(outcome(given)).toMatch(/valid region, not ''/);
    const { region: _, ...anywhere } = options;
    const read = readCredential(given);
    expect(read.ok && verifySignature(given, read.credential, SECRET, anywhere).ok).toBe(true);
  });
});

describe("time", () => {
  const at = (seconds: number) => ({ nowMilliseconds: NOW + seconds * 1000 });
  test("a header's signature holds as long as the clocks may differ, both ways", () => {
    expect(outcome(signed(), at(300))).toBe("verified");
    expect(outcome(signed(), at(-300))).toBe("verified");
    expect(outcome(signed(), at(301))).toBe(
      "SignatureDoesNotMatch: Signature expired: 20240506T070809Z is now earlier than 20240506T070810Z (20240506T071310Z - 5 min.)",
    );
    expect(outcome(signed(), at(-301))).toBe(
      "SignatureDoesNotMatch: Signature not yet current: 20240506T070809Z is still later than 20240506T070808Z (20240506T070308Z + 5 min.)",
    );
    expect(outcome(signed(), { ...at(901), maxSkewSeconds: 900 })).toMatch(/- 15 min\.\)$/);
  });
  test("a presigned request holds until it expires, and not a second longer", () => {
    expect(outcome(presigned({ "X-Amz-Expires": "1" }), at(1))).toBe("verified");
    expect(outcome(presigned({ "X-Amz-Expires": "1" }), at(2))).toMatch(
      /^SignatureDoesNotMatch: Signature expired: .* - 1 sec\.\)$/,
    );
    expect(outcome(presigned({ "X-Amz-Expires": "604800" }), at(604_800))).toBe("verified");
    expect(outcome(presigned(), at(-300))).toBe("verified");
    expect(outcome(presigned(), at(-301))).toMatch(/not yet current/);
  });
  test.each(["0", "604801", "-1", "1e3", "", "9999999", "1.5", " 60", "0x10"])(
    "X-Amz-Expires=%s is refused",
    (expires) => {
      expect(outcome(presigned({ "X-Amz-Expires": expires }))).toMatch(
        /must be between 1 and 604800 seconds/,
      );
    },
  );
  test.each(["Algorithm", "Credential", "Date", "Expires", "SignedHeaders"])(
    "a presigned request needs X-Amz-%s",
    (name) => {
      const given = presigned();
      const rawQuery = given.rawQuery
        .split("&")
        .filter((part) => !part.startsWith(`X-Amz-${name}=`))
        .join("&");
      expect(outcome({ ...given, rawQuery })).toMatch(new RegExp(`must include 'X-Amz-${name}'`));
    },
  );
});

describe("a presigned request without X-Amz-Expires", () => {
  const given = (service: string) => {
    const scope = SCOPE.replace("execute-api", service);
    const { rawQuery } = presigned({}, { scope });
    const canonicalQuery = rawQuery
      .split("&")
      .filter((part) => !/^X-Amz-(Expires|Signature)=/.test(part))
      .join("&");
    const made = signature({ canonicalQuery, scope });
    const request = {
      ...presigned(),
      rawQuery: `${canonicalQuery}&X-Amz-Signature=${made.signature}`,
    };
    return (seconds: number) =>
      outcome(request, { services: [service], nowMilliseconds: NOW + seconds * 1000 });
  };
  test.each(["iam", "sts"])("holds for 15 minutes for %s", (service) => {
    expect(given(service)(900)).toBe("verified");
    expect(given(service)(901)).toMatch(/^SignatureDoesNotMatch: Signature expired: .*- 15 min/);
  });
  test.each(["execute-api", "organizations", "IAM"])("is refused for %s", (service) => {
    expect(given(service)(0)).toMatch(/must include 'X-Amz-Expires'/);
  });
});

describe("the body", () => {
  const hash = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"; // of "test"
  const declaring = (value: string) =>
    signed({ headers: { "x-amz-content-sha256": value }, payloadHash: value });

  test("at hand, it is hashed, and what is declared must agree", () => {
    const body = { payload: { kind: "body", bytes: "test" } } as const;
    expect(outcome(signed({ payloadHash: hash }), body)).toBe("verified");
    expect(outcome(declaring(hash), body)).toBe("verified");
    expect(
      outcome(declaring(hash), { payload: { kind: "body", bytes: Buffer.from("test") } }),
    ).toBe("verified");
    expect(outcome(declaring(hash), { payload: { kind: "body", bytes: "tess" } })).toMatch(
      /does not match what was computed/,
    );
    expect(outcome(declaring(EMPTY_HASH), body)).toMatch(/does not match what was computed/);
  });

  test("where there is none at hand, what was declared is handed on", () => {
    const read = readCredential(declaring(hash));
    const verified = read.ok && verifySignature(declaring(hash), read.credential, SECRET, options);
    expect(verified).toEqual({ ok: true, payloadHash: hash });
    const plain = readCredential(signed());
    expect(plain.ok && verifySignature(signed(), plain.credential, SECRET, options)).toEqual({
      ok: true,
      payloadHash: EMPTY_HASH,
    });
    const hoisted = presigned({ "x-amz-content-sha256": hash }, { payloadHash: hash });
    expect(outcome(hoisted)).toBe("verified");
  });

  test("a request that shows to have one must declare it", () => {
    expect(outcome(adding(signed(), ["Content-Length", "4"]))).toMatch(
      /must be signed with the header `x-amz-content-sha256`/,
    );
    expect(outcome(adding(signed(), ["Transfer-Encoding", "chunked"]))).toMatch(
      /must be signed with the header/,
    );
    expect(outcome(adding(signed(), ["content-length", "0"]))).toBe("verified");
    expect(outcome(adding(declaring(hash), ["content-length", "4"]))).toBe("verified");
  });

  test("UNSIGNED-PAYLOAD only where it is allowed", () => {
    const given = declaring("UNSIGNED-PAYLOAD");
    expect(outcome(given)).toMatch(/^IncompleteSignature: `UNSIGNED-PAYLOAD` is not accepted/);
    expect(outcome(given, { payload: { kind: "body", bytes: "" } })).toMatch(/is not accepted/);
    expect(outcome(given, { payload: { kind: "declared", allowUnsigned: true } })).toBe("verified");
    expect(outcome(given, { payload: { kind: "body", bytes: "any", allowUnsigned: true } })).toBe(
      "verified",
    );
  });

  test.each([
    "STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
    "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
    "unsigned-payload",
    "",
    hash.toUpperCase(),
  ])("`%s` never", (value) => {
    for (const kind of ["declared", "body"] as const) {
      const payload =
        kind === "body"
          ? { kind, bytes: "test", allowUnsigned: true }
          : { kind, allowUnsigned: true };
      expect(outcome(declaring(value), { payload })).toMatch(
        /must be the body's SHA-256 in lower-case hexadecimal/,
      );
    }
  });
});

test("keys of other days, regions, services and secrets are kept apart in the cache", () => {
  for (let round = 0; round < 2; round++) {
    expect(outcome(signed())).toBe("verified");
    const tomorrow = "20240507T000000Z";
    const other = signed({
      amzDate: tomorrow,
      scope: "20240507/us-east-1/execute-api/aws4_request",
    });
    expect(outcome(other, { nowMilliseconds: Date.parse("2024-05-07T00:00:00Z") })).toBe(
      "verified",
    );
    const elsewhere = signed({ scope: SCOPE.replace("us-east-1", "eu-west-1") });
    expect(outcome(elsewhere, { region: "eu-west-1" })).toBe("verified");
    const read = readCredential(signed());
    expect(read.ok && verifySignature(signed(), read.credential, `${SECRET}x`, options).ok).toBe(
      false,
    );
  }
});

test("the cache of keys is bounded: thousands of secrets later, the first still verifies", () => {
  const read = readCredential(signed());
  for (let secret = 0; secret < 2_100; secret++) {
    expect(
      read.ok && verifySignature(signed(), read.credential, `secret-${secret}`, options).ok,
    ).toBe(false);
  }
  expect(outcome(signed())).toBe("verified");
});
