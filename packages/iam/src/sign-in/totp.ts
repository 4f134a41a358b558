import { randomBytes, timingSafeEqual } from "node:crypto";
import { generate } from "lean-qr";
import { toPngBuffer } from "lean-qr/extras/node_export";
import { HOTP, Secret, TOTP } from "otpauth";

/** Time-based one-time passwords (RFC 6238): SHA-1, six digits, a step each 30 seconds, as every authenticator app has them. */
const STEP_MILLISECONDS = 30_000;

/** 320 bits: 64 letters, as long as AWS's. @returns base32 without padding */
export const makeSeed = (): string =>
  new Secret({ buffer: new Uint8Array(randomBytes(40)).buffer }).base32;

export const stepAt = (now: Date): number => Math.floor(now.getTime() / STEP_MILLISECONDS);

/** The step within `from` to `to` whose code this is. */
export function findStep(seed: string, code: string, from: number, to: number): number | undefined {
  let found: number | undefined;
  for (let step = from; step <= to; step++) if (isCode(seed, step, code)) found ??= step;
  return found;
}

/** The second step of the two neighbours within `from` to `to` whose codes these are. */
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

/** What an authenticator app scans. */
export function qrCode(seed: string, label: string, issuer: string): Uint8Array {
  const uri = new TOTP({ issuer, label, issuerInLabel: false, secret: seed }).toString();
  // White rather than transparent: readers need the contrast on a dark page too.
  return toPngBuffer(generate(uri), { scale: 4, off: [255, 255, 255] });
}

function isCode(seed: string, step: number, code: string): boolean {
  if (step < 0) return false;
  const right = Buffer.from(HOTP.generate({ secret: Secret.fromBase32(seed), counter: step }));
  const given = Buffer.from(code);
  return given.length === right.length && timingSafeEqual(given, right);
}
