import { readCredential, verifySignature } from "@portcullis/protocol/sigv4";
import { describe, expect, test } from "vitest";
import { EMPTY_HASH, presigned, SECRET, signed } from "../support/sign.ts";
import { adding, options, outcome } from "./outcome.ts";

describe("the body", () => {
  const hash = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"; // of "test"
  const declaring = (value: string) =>
    signed({ headers: { "x-amz-content-sha256": value }, payloadHash: value });

  test("is hashed, and the declared hash must be equal", () => {
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

  test("without the body, the declared hash is the result", () => {
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

  test("a request with a body must declare its hash", () => {
    expect(outcome(adding(signed(), ["Content-Length", "4"]))).toMatch(
      /must be signed with the header `x-amz-content-sha256`/,
    );
    expect(outcome(adding(signed(), ["Transfer-Encoding", "chunked"]))).toMatch(
      /must be signed with the header/,
    );
    expect(outcome(adding(signed(), ["content-length", "0"]))).toBe("verified");
    expect(outcome(adding(signed(), ["content-length", " 0 "]))).toBe("verified");
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
    `${hash}0`,
    `0${hash}`,
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
