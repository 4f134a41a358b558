import type { OperationContext } from "../model/operation.ts";
import {
  type MfaDeviceRecord,
  type MfaUseRecord,
  mfaDeviceKey,
  mfaSeal,
  mfaUseKey,
} from "../record/mfa-device.ts";
import { findStep, stepAt } from "./totp.ts";

type Scope = Pick<OperationContext, "account" | "unit" | "sealer" | "now">;

/** A code is good for a step after its own; one of two steps ahead too, for clocks that run ahead. */
const STEPS_BEHIND = 1;
const STEPS_AHEAD = 2;

/** So many wrong codes in a row are free; after them each waits, twice as long as the one before, a minute at most. */
const FREE_FAILURES = 5;
const LONGEST_WAIT_SECONDS = 60;

/**
 * Use a code of one of these devices (serial numbers), once and for all: that it was used is written with the rest of the unit, on
 * condition that nobody else used it meanwhile (RFC 6238, 5.2). A refused code is noted at once, with whatever the unit holds, so
 * call this before anything is written; guessing gets slower with every failure.
 */
export async function useMfaCode(
  scope: Scope,
  devices: readonly string[],
  code: string,
): Promise<boolean> {
  const { account, unit, now } = scope;
  const records = await unit.getAll(devices.map((serial) => mfaDeviceKey(account, serial)));
  const uses = await unit.getAll(devices.map((serial) => mfaUseKey(account, serial)));
  let noted = false;
  for (const [index, serial] of devices.entries()) {
    const device = records[index];
    const use = uses[index] ?? { lastStep: 0, failures: 0 };
    if (device?.enabled === undefined || mustWait(use, now)) continue;
    const centre = stepAt(now) + device.enabled.drift;
    const from = Math.max(centre - STEPS_BEHIND, use.lastStep + 1);
    const step = findStep(openSeed(scope, serial, device), code, from, centre + STEPS_AHEAD);
    if (step !== undefined) {
      unit.put(mfaUseKey(account, serial), { lastStep: step, failures: 0 });
      return true;
    }
    unit.put(mfaUseKey(account, serial), {
      lastStep: use.lastStep,
      failures: use.failures + 1,
      failedAt: now.toISOString(),
    });
    noted = true;
  }
  if (noted) await unit.commit();
  return false;
}

export const openSeed = (
  { sealer }: Pick<Scope, "sealer">,
  serial: string,
  device: MfaDeviceRecord,
): string => Buffer.from(sealer.open(device.sealedSeed, mfaSeal(serial))).toString("utf8");

function mustWait({ failures, failedAt }: MfaUseRecord, now: Date): boolean {
  if (failures < FREE_FAILURES || failedAt === undefined) return false;
  const seconds = Math.min(2 ** (failures - FREE_FAILURES), LONGEST_WAIT_SECONDS);
  return now.getTime() < Date.parse(failedAt) + seconds * 1000;
}
