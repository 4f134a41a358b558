import type { BrowserContext } from "playwright-core";
import { vi } from "vitest";
import { doNotReuse } from "./tabs.ts";

/**
 * Sets the clocks of the server, which runs in this process, and of the browser. Node writes `date`
 * headers by the real clock, and the SDK corrects its own clock by them: they are rewritten.
 */
export async function travelTo(context: BrowserContext, milliseconds: number): Promise<void> {
  doNotReuse(context);
  vi.useFakeTimers({ toFake: ["Date"], now: milliseconds });
  await context.clock.setSystemTime(milliseconds);
  await context.route(/\/(?:iam|sts)\/$/, async (route) => {
    const response = await route.fetch();
    const date = new Date().toUTCString();
    await route.fulfill({ response, headers: { ...response.headers(), date } });
  });
}
