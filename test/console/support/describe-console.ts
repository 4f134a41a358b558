import { afterAll, afterEach, beforeAll, expect } from "vitest";
import { describeInBrowser } from "./browser.ts";
import { type ConsoleTest, startConsole } from "./console.ts";

/**
 * Tests of the console in a browser, which share one installation. After each of them: no policy
 * violation and no error in any page's console.
 */
export function describeConsole(
  name: string,
  define: (started: ConsoleTest) => void | Promise<void>,
  options: Parameters<typeof startConsole>[0] = {},
): void {
  describeInBrowser(name, async () => {
    let current: ConsoleTest | undefined;
    beforeAll(async () => {
      current = await startConsole({ ...options, ownBrowser: false });
    });
    afterAll(() => current?.stop());
    afterEach(async () => {
      await current?.closePages();
      expect(current?.faults()).toEqual([]);
    });
    // What a test asks for is there by the time that it runs.
    const started = new Proxy({} as ConsoleTest, {
      get: (_, property) => Reflect.get(current ?? {}, property),
    });
    await define(started);
  });
}
