import { readCredential, type SignedRequest, verifySignature } from "@portcullis/protocol/sigv4";
import { describe, expect, test } from "vitest";
import { AMZ_DATE, presigned, SCOPE, SECRET, signature, signed } from "../support/sign.ts";
import { adding, options, outcome, replacing } from "./outcome.ts";

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

  test("an empty region is accepted if any region is", () => {
    const given = signed({ scope: "20240506//execute-api/aws4_request" });
    expect(outcome(given)).toMatch(/valid region, not ''/);
    const { region: _, ...anywhere } = options;
    const read = readCredential(given);
    expect(read.ok && verifySignature(given, read.credential, SECRET, anywhere).ok).toBe(true);
  });
});
