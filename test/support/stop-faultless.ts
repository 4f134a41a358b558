import { expect } from "vitest";
import type { TestInstallation } from "./harness.ts";

/** Stops an installation, none of whose requests may have ended in an internal error. */
export async function stopFaultless({ decisions, stop }: TestInstallation): Promise<void> {
  const faults = decisions.filter(({ outcome }) => outcome === "error");
  await stop();
  expect(faults).toEqual([]);
}
