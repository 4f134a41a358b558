import { GetUserCommand } from "@aws-sdk/client-iam";
import type { Page } from "playwright-core";
import { expect, it } from "vitest";
import { ROOT } from "./support/console.ts";
import { describeConsole } from "./support/describe-console.ts";

const MOST_STOPS = 60;

/** Presses Tab until the focus is on the control of this name, and expects that the focus shows. */
async function tabTo(page: Page, name: string | RegExp): Promise<void> {
  for (let stop = 0; stop < MOST_STOPS; stop++) {
    await page.keyboard.press("Tab");
    const found = await page.evaluate(() => {
      const focused = document.activeElement as HTMLElement | null;
      const label = focused?.getAttribute("aria-labelledby")?.split(" ")[0] ?? "";
      const labelled = (focused as HTMLInputElement | null)?.labels?.[0]?.textContent;
      const text =
        focused?.getAttribute("aria-label") ??
        labelled ??
        document.getElementById(label)?.textContent ??
        focused?.textContent ??
        "";
      return { text: text.trim(), isVisible: focused?.matches(":focus-visible") ?? false };
    });
    if (typeof name === "string" ? found.text !== name : !name.test(found.text)) continue;
    expect(found.isVisible).toBe(true);
    return;
  }
  throw new Error(`the keyboard does not reach ${name}`);
}

describeConsole("the console by keyboard alone", (console) => {
  it("signs in, creates a user, and deletes it", async () => {
    const { iam, account } = console.installation;
    const page = await console.open(`/sign-in/${account}`);
    const { keyboard } = page;
    await page.getByLabel("User name").waitFor();
    await tabTo(page, "Sign in as root user");
    await keyboard.press("Enter");
    await tabTo(page, "Account ID or alias");
    await tabTo(page, "Root user email");
    await keyboard.type(ROOT.name);
    await tabTo(page, "Password");
    await keyboard.type(ROOT.password);
    await keyboard.press("Enter");
    await page.getByRole("heading", { level: 1, name: "Dashboard" }).waitFor();

    // The first stop skips the navigation.
    await page.reload();
    await page.getByRole("heading", { level: 1, name: "Dashboard" }).waitFor();
    await keyboard.press("Tab");
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe(
      "Skip to the content",
    );
    await tabTo(page, "Users");
    await keyboard.press("Enter");
    await page.getByText("This account has no users.").waitFor();
    await tabTo(page, "Create users");
    await keyboard.press("Enter");
    await page.getByLabel("User names").waitFor();
    await keyboard.type("kim");
    await tabTo(page, "Next");
    await keyboard.press("Enter");
    await page.getByText("How to set permissions").waitFor();
    await tabTo(page, "Next");
    await keyboard.press("Enter");
    await page.getByText("This user has no permissions").first().waitFor();
    await tabTo(page, "Create user");
    await keyboard.press("Enter");
    await page.getByRole("heading", { level: 1, name: "User kim is created" }).waitFor();
    await tabTo(page, "Go to users");
    await keyboard.press("Enter");
    await page.getByRole("link", { name: "kim" }).waitFor();
    await tabTo(page, "kim");
    await keyboard.press("Enter");
    await page.getByRole("heading", { level: 1, name: "kim" }).waitFor();
    await tabTo(page, "Delete");
    await keyboard.press("Enter");
    await page.getByText("This goes with the user").waitFor();
    // The dialog takes the focus; Escape leaves it without a change, and the focus goes back.
    await keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "hidden" });
    await expect
      .poll(() => page.evaluate(() => document.activeElement?.textContent))
      .toBe("Delete");
    await keyboard.press("Enter");
    await page.getByText("This goes with the user").waitFor();
    await tabTo(page, /^To confirm, type kim/);
    await keyboard.type("kim");
    await keyboard.press("Enter");
    await page.getByText("Deleted user kim.").first().waitFor();
    await expect(iam.send(new GetUserCommand({ UserName: "kim" }))).rejects.toThrow(
      "The user with name kim cannot be found.",
    );
  });
});
