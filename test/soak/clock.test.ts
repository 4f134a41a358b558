import { afterEach, expect, test } from "vitest";
import { installSteppedClock } from "./clock.ts";

const RealDate = Date;
afterEach(() => {
  globalThis.Date = RealDate;
});

test("a step moves the time of now, forwards and back, and no other time", () => {
  const clock = installSteppedClock();
  for (const offset of [240_000, -240_000, 0]) {
    clock.step(offset);
    const expected = RealDate.now() + offset;
    expect(Math.abs(Date.now() - expected)).toBeLessThan(1_000);
    // biome-ignore lint/complexity/useDateNow: both forms are stepped
    expect(Math.abs(new Date().getTime() - expected)).toBeLessThan(1_000);
    expect(new Date(5).getTime()).toBe(5);
    expect(new Date()).toBeInstanceOf(RealDate);
    expect(Date.parse("1970-01-01T00:00:01Z")).toBe(1_000);
  }
});
