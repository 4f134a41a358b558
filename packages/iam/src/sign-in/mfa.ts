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

/**
 * The accepted steps around the current one: one step late, or two steps early for clocks that run
 * ahead.
 */
const STEPS_BEHIND = 1;
const STEPS_AHEAD = 2;

/** The number of wrong codes without a delay. Each later one doubles the delay, up to the limit. */
const FREE_FAILURES = 5;
const MAX_WAIT_SECONDS = 60;

/**
 * Verifies a code of one of these devices and uses it up. The use is written with the rest of the
 * unit, on condition that no concurrent request used the code (RFC 6238, 5.2). A wrong code is
 * counted at once by committing the unit, so call this before other writes. Each failure lengthens
 * the delay.
 * @param devices serial numbers
 */
export async function useMfaCode(
  scope: Scope,
  devices: readonly string[],
  code: string,
): Promise<boolean> {
  const { account, unit, now } = scope;
  const records = await unit.getAll(devices.map((serial) => mfaDeviceKey(account, serial)));
  const uses = await unit.getAll(devices.map((serial) => mfaUseKey(account, serial)));
  let counted = false;
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
    counted = true;
  }
  if (counted) await unit.commit();
  return false;
}

/**
 * Opens the base32 seed of a device.
 * @throws {SealBroken} if the seed can't be opened
 */
export const openSeed = (
  { sealer }: Pick<Scope, "sealer">,
  serial: string,
  device: MfaDeviceRecord,
): string => Buffer.from(sealer.open(device.sealedSeed, mfaSeal(serial))).toString("utf8");

function mustWait({ failures, failedAt }: MfaUseRecord, now: Date): boolean {
  if (failures < FREE_FAILURES || failedAt === undefined) return false;
  const seconds = Math.min(2 ** (failures - FREE_FAILURES), MAX_WAIT_SECONDS);
  return now.getTime() < Date.parse(failedAt) + seconds * 1000;
}
