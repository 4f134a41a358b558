import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { PAGES } from "./pages.ts";
import { expectAccessible, expectLoaded } from "./support/accessible.ts";
import { describeInBrowser } from "./support/browser.ts";
import { type ConsoleTest, ROOT, startConsole } from "./support/console.ts";

describeInBrowser("every page of the console", () => {
  let test: ConsoleTest;
  beforeAll(async () => {
    test = await startConsole();
    await test.makeUser("ana");
  });
  afterAll(() => test.stop());
  afterEach(async () => {
    await test.closePages();
    expect(test.faults()).toEqual([]);
  });

  it.each(PAGES)(
    "%s has one h1, fits a narrow window, and is accessible",
    async (path, heading) => {
      const page = await test.open(path, { as: ROOT });
      await page.getByRole("heading", { level: 1, name: heading }).waitFor();
      await expectLoaded(page);
      expect(await page.locator("h1").count()).toBe(1);
      expect(await page.title()).toBe(`${heading} | Portcullis`);
      await expectAccessible(page);
      await page.setViewportSize({ width: 320, height: 640 });
      await page.getByRole("button", { name: "Navigation" }).click();
      const overflow = () =>
        document.documentElement.scrollWidth - document.documentElement.clientWidth;
      expect(await page.evaluate(overflow)).toBe(0);
    },
  );
});
