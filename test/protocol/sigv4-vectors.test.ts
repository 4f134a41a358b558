import { readFileSync } from "node:fs";
import { readCredential, type SignedRequest, verifySignature } from "@portcullis/protocol/sigv4";
import { describe, expect, test } from "vitest";

interface Suite {
  readonly credential: { readonly accessKeyId: string; readonly secretAccessKey: string };
  readonly time: string;
  readonly region: string;
  readonly service: string;
  readonly cases: readonly Case[];
}
interface Case {
  readonly name: string;
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: string;
  readonly expect: string;
}

const suite: Suite = JSON.parse(
  readFileSync(new URL("../vectors/sigv4/aws-test-suite.json", import.meta.url), "utf8"),
);
const FIELDS = ["name", "method", "path", "query", "headers", "body", "expect"];

describe("AWS's Signature Version 4 test suite", () => {
  test.each(suite.cases)("$name", (given) => {
    expect(Object.keys(given)).toEqual(FIELDS);
    expect(outcome(given)).toBe(given.expect);
  });

  // A suite that only accepts would also pass with a verifier that accepts everything.
  test.each(suite.cases.filter((given) => given.expect === "verified"))(
    "$name, with anything changed, is refused",
    (given) => {
      expect(outcome({ ...given, method: "PUT" })).toBe("SignatureDoesNotMatch");
      expect(outcome({ ...given, path: `${given.path}x` })).toBe("SignatureDoesNotMatch");
      expect(outcome({ ...given, body: `${given.body}x` })).toBe("SignatureDoesNotMatch");
      expect(outcome({ ...given, query: `${given.query}&a=b` })).toBe("SignatureDoesNotMatch");
      expect(outcome(given, { secret: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEZ" })).toBe(
        "SignatureDoesNotMatch",
      );
      for (const at of given.headers.keys()) {
        const headers = given.headers.map(
          ([name, value], other) => [name, other === at ? `${value}x` : value] as const,
        );
        expect(outcome({ ...given, headers })).not.toBe("verified");
        expect(outcome({ ...given, headers: given.headers.toSpliced(at, 1) })).not.toBe("verified");
      }
    },
  );
});

function outcome(given: Case, { secret = suite.credential.secretAccessKey } = {}): string {
  const request: SignedRequest = {
    method: given.method,
    rawPath: given.path,
    rawQuery: given.query,
    headers: given.headers,
  };
  const read = readCredential(request);
  if (!read.ok) return read.code;
  if (read.credential.accessKeyId !== suite.credential.accessKeyId) return "other key";
  const verified = verifySignature(request, read.credential, secret, {
    nowMilliseconds: Date.parse(suite.time),
    maxSkewSeconds: 300,
    services: [suite.service],
    region: suite.region,
    payload: { kind: "body", bytes: given.body },
  });
  return verified.ok ? "verified" : verified.code;
}
