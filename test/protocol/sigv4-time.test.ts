import { readCredential, verifySignature } from "@portcullis/protocol/sigv4";
import { describe, expect, test } from "vitest";
import { NOW, presigned, SCOPE, SECRET, signature, signed } from "../support/sign.ts";
import { options, outcome } from "./outcome.ts";

describe("time", () => {
  const at = (seconds: number) => ({ nowMilliseconds: NOW + seconds * 1000 });
  test("a signature in a header holds within the clock skew, both ways", () => {
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
  test("a presigned request holds until it expires", () => {
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

describe("a day or hour", () => {
  // What `Date` would make of them, so that only the check of the parts refuses them.
  const at = (amzDate: string, time: string) =>
    outcome(signed({ amzDate, scope: SCOPE.replace("20240506", amzDate.slice(0, 8)) }), {
      nowMilliseconds: Date.parse(time),
    });
  test.each([
    ["20240006T000000Z", "2023-12-06T00:00:00Z"],
    ["20241306T000000Z", "2025-01-06T00:00:00Z"],
    ["20240500T000000Z", "2024-04-30T00:00:00Z"],
    ["20240532T000000Z", "2024-06-01T00:00:00Z"],
    ["20240506T240000Z", "2024-05-07T00:00:00Z"],
  ])("that there is not is refused: %s", (amzDate, time) => {
    expect(at(amzDate, time)).toMatch(/^IncompleteSignature: Date must be in ISO-8601/);
  });
  test.each([
    ["20240101T000000Z", "2024-01-01T00:00:00Z"],
    ["20241231T235959Z", "2024-12-31T23:59:59Z"],
  ])("that there is holds: %s", (amzDate, time) => {
    expect(at(amzDate, time)).toBe("verified");
  });
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

test("the cache distinguishes keys by day, region, service and secret", () => {
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

test("the cache of keys is bounded: after thousands of secrets, the first still verifies", () => {
  const read = readCredential(signed());
  for (let secret = 0; secret < 2_100; secret++) {
    expect(
      read.ok && verifySignature(signed(), read.credential, `secret-${secret}`, options).ok,
    ).toBe(false);
  }
  expect(outcome(signed())).toBe("verified");
});
