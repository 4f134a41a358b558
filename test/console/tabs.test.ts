import type { Page } from "playwright-core";
import { expect, it } from "vitest";
import { ROOT } from "./support/console.ts";
import { describeConsole } from "./support/describe-console.ts";

describeConsole("the page that tests share", (console) => {
  let former: Page;

  it("may be changed by a test", async () => {
    former = await console.open("/settings", { as: ROOT });
    await former.evaluate(() => {
      localStorage.setItem("portcullis.theme", "dark");
      sessionStorage.setItem("draft", "of the former test");
    });
    await former.context().addCookies([{ name: "a", value: "b", url: console.url }]);
    await former.setViewportSize({ width: 320, height: 640 });
    await former.emulateMedia({ colorScheme: "dark", media: "print" });
    await former.route("**/signin", (route) => route.abort());
    await former.getByRole("heading", { level: 1 }).waitFor();
  });

  it("is as a new one for the next", async () => {
    const page = await console.open("/sign-in/");
    expect(page).toBe(former);
    await page.getByRole("heading", { level: 1, name: "Sign in" }).waitFor();
    const state = await page.evaluate(() => ({
      stored: { ...localStorage, ...sessionStorage },
      size: [innerWidth, innerHeight],
      isDark: matchMedia("(prefers-color-scheme: dark)").matches,
      isPrinted: matchMedia("print").matches,
    }));
    expect(state).toEqual({ stored: {}, size: [1280, 900], isDark: false, isPrinted: false });
    expect(await page.context().cookies()).toEqual([]);
    // No route answers in the server's place.
    const answered = page.evaluate(async () => (await fetch("/signin", { method: "POST" })).status);
    expect(await answered).toBe(415);
  });

  it("is not shared by two of a test, nor with one that asks for its own", async () => {
    const page = await console.open("/sign-in/");
    expect(page).toBe(former);
    const others = [
      await console.open("/sign-in/"),
      await console.open("/sign-in/", { ownContext: true }),
    ];
    for (const other of others) expect(other.context()).not.toBe(page.context());
  });

  it("reports what goes wrong until a test has ended", async () => {
    const page = await console.open("/sign-in/");
    await page.evaluate(() => globalThis.console.error("at the last moment"));
    await console.closePages();
    expect(console.faults()).toEqual(["at the last moment"]);
  });
});
