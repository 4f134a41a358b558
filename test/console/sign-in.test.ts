import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { expectAccessible } from "./support/accessible.ts";
import { describeInBrowser } from "./support/browser.ts";
import { type ConsoleTest, PASSWORD, ROOT, startConsole } from "./support/console.ts";

describeInBrowser("signing in to the console", () => {
  let test: ConsoleTest;
  beforeAll(async () => {
    test = await startConsole();
  });
  afterAll(() => test.stop());
  afterEach(async () => {
    await test.closePages();
    expect(test.faults()).toEqual([]);
  });

  it("takes a user in at the account's own link, and keeps the session over a reload", async () => {
    await test.makeUser("ana");
    const page = await test.open(`/sign-in/${test.installation.account}`);
    await page.getByLabel("User name").fill("ana");
    await page.getByLabel("Password").fill(PASSWORD);
    await expectAccessible(page);
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { level: 1, name: "Dashboard" }).waitFor();
    expect(new URL(page.url()).pathname).toBe("/console/");
    await page.reload();
    await page.getByRole("heading", { level: 1, name: "Dashboard" }).waitFor();
  });

  it("tells of a wrong password in the server's words", async () => {
    const page = await test.open("/users");
    await page.getByRole("link", { name: "Sign in as root user" }).click();
    await page.getByLabel("Account ID or alias").fill(test.installation.account);
    await page.getByLabel("Root user email").fill(ROOT.name);
    await page.getByLabel("Password").fill("wrong");
    await page.keyboard.press("Enter");
    await page.getByText("Your authentication information is incorrect.").waitFor();
    await page.getByLabel("Password").fill(ROOT.password);
    await page.keyboard.press("Enter");
    // The address that was asked for is a deep link: it survives signing in.
    await page.getByRole("heading", { level: 1, name: "Users" }).waitFor();
  });
});
