import { inflateSync } from "node:zlib";
import { findConsecutiveSteps, findStep, makeSeed, qrCode, stepAt } from "@portcullis/iam/totp";
import decodeQR from "qr/decode.js";
import { describe, expect, it } from "vitest";

/**
 * RFC 6238, appendix B: the seed `12345678901234567890`, base32, and the last six of its SHA-1
 * digits.
 */
const SEED = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
const VECTORS = [
  [59, "287082"],
  [1111111109, "081804"],
  [1111111111, "050471"],
  [1234567890, "005924"],
  [2000000000, "279037"],
  [20000000000, "353130"],
] as const;

describe("one-time passwords", () => {
  it.each(VECTORS)("are those of RFC 6238 at %d s", (seconds, code) => {
    const step = stepAt(new Date(seconds * 1000));
    expect(findStep(SEED, code, step, step)).toBe(step);
    expect(findStep(SEED, code, step - 3, step + 3)).toBe(step);
    expect(findStep(SEED, code, step + 1, step + 3)).toBeUndefined();
  });

  it("follow one another only in order and without a gap", () => {
    const step = stepAt(new Date(1111111109_000));
    expect(findConsecutiveSteps(SEED, ["081804", "050471"], step - 2, step + 2)).toBe(step + 1);
    expect(findConsecutiveSteps(SEED, ["050471", "081804"], step - 2, step + 2)).toBeUndefined();
    expect(findConsecutiveSteps(SEED, ["081804", "050471"], step + 1, step + 2)).toBeUndefined();
    expect(findConsecutiveSteps(SEED, ["081804", "050471"], step - 2, step)).toBeUndefined();
  });

  it("have seeds of 320 random bits", () => {
    expect(makeSeed()).toMatch(/^[A-Z2-7]{64}$/);
    expect(makeSeed()).not.toBe(makeSeed());
  });
});

describe("the QR code", () => {
  it("reads as what authenticator apps expect, black on white", () => {
    const seed = makeSeed();
    const image = readPng(Buffer.from(qrCode(seed, "phone@my-company", "Portcullis")));
    const uri = new URL(decodeQR(image));
    expect(uri.protocol).toBe("otpauth:");
    expect(uri.host).toBe("totp");
    expect(decodeURIComponent(uri.pathname)).toBe("/phone@my-company");
    expect(Object.fromEntries(uri.searchParams)).toEqual({
      issuer: "Portcullis",
      secret: seed,
      algorithm: "SHA1",
      digits: "6",
      period: "30",
    });
  });
});

/** Only what our PNGs are: one bit a pixel, rows unfiltered, colours from a palette. */
function readPng(png: Buffer) {
  const chunks = new Map<string, Buffer>();
  for (let offset = 8; offset < png.length; ) {
    const length = png.readUInt32BE(offset);
    chunks.set(
      png.toString("latin1", offset + 4, offset + 8),
      png.subarray(offset + 8, offset + 8 + length),
    );
    offset += 12 + length;
  }
  const header = chunks.get("IHDR") ?? Buffer.alloc(13);
  const palette = chunks.get("PLTE") ?? Buffer.alloc(6);
  const [width, height] = [header.readUInt32BE(0), header.readUInt32BE(4)];
  expect([header[8], header[9]]).toEqual([1, 3]);
  expect([...(chunks.get("tRNS") ?? [])].every((opacity) => opacity === 255)).toBe(true);
  const rows = inflateSync(chunks.get("IDAT") ?? Buffer.alloc(0));
  const stride = 1 + Math.ceil(width / 8);
  const data = new Uint8ClampedArray(width * height * 4);
  for (let y = 0; y < height; y++) {
    expect(rows[y * stride]).toBe(0);
    for (let x = 0; x < width; x++) {
      const bit = ((rows[y * stride + 1 + (x >> 3)] ?? 0) >> (7 - (x & 7))) & 1;
      data.set([...palette.subarray(bit * 3, bit * 3 + 3), 255], (y * width + x) * 4);
    }
  }
  return { width, height, data };
}
