import { randomBytes, timingSafeEqual } from "node:crypto";
import { generate } from "lean-qr";
import { toPngBuffer } from "lean-qr/extras/node_export";
import { HOTP, Secret, TOTP } from "otpauth";

/**
 * A step of time-based one-time passwords (RFC 6238). All authenticator apps support SHA-1, six
 * digits and 30 seconds.
 */
const STEP_MILLISECONDS = 30_000;

/**
 * A new seed of 320 bits, as long as AWS's.
 * @returns base32 without padding
 */
export const makeSeed = (): string =>
  new Secret({ buffer: new Uint8Array(randomBytes(40)).buffer }).base32;

/** The step at a time: 30-second intervals since the Unix epoch. */
export const stepAt = (now: Date): number => Math.floor(now.getTime() / STEP_MILLISECONDS);

/**
 * The step between `from` and `to` (inclusive) that has this code. All are compared, so that the
 * time does not depend on which.
 */
export function findStep(seed: string, code: string, from: number, to: number): number | undefined {
  let found: number | undefined;
  for (let step = from; step <= to; step++) if (isCode(seed, step, code)) found ??= step;
  return found;
}

/**
 * The second of two consecutive steps between `from` and `to` (inclusive) that have these codes.
 */
export function findConsecutiveSteps(
  seed: string,
  codes: readonly [first: string, second: string],
  from: number,
  to: number,
): number | undefined {
  for (let step = from; step < to; step++) {
    if (isCode(seed, step, codes[0]) && isCode(seed, step + 1, codes[1])) return step + 1;
  }
  return undefined;
}

/** The PNG of a QR code that an authenticator app scans. */
export function qrCode(seed: string, label: string, issuer: string): Uint8Array {
  const uri = new TOTP({ issuer, label, issuerInLabel: false, secret: seed }).toString();
  // White rather than transparent: scanners need the contrast on dark pages too.
  return toPngBuffer(generate(uri), { scale: 4, off: [255, 255, 255] });
}

function isCode(seed: string, step: number, code: string): boolean {
  if (step < 0) return false;
  const right = Buffer.from(HOTP.generate({ secret: Secret.fromBase32(seed), counter: step }));
  const given = Buffer.from(code);
  return given.length === right.length && timingSafeEqual(given, right);
}
