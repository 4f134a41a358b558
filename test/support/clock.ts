import { vi } from "vitest";

const DAY = 86_400_000;

/**
 * Stops the time of this process: that of installations, and of their clients. Only the engine has
 * a clock of its own. Undo it by `startClock`.
 */
export function stopClock(at: Date = new Date()): void {
  vi.useFakeTimers({ toFake: ["Date"], now: at });
}

/** Moves the stopped time forward. */
export const advanceDays = (days: number): void => void vi.setSystemTime(Date.now() + days * DAY);

export const startClock = (): void => void vi.useRealTimers();
