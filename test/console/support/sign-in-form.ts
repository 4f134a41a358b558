import type { Page } from "playwright-core";

/** Fills in the sign-in form of an account's own link, and sends it. */
export async function signInByForm(page: Page, userName: string, password: string): Promise<void> {
  await page.getByLabel("User name").fill(userName);
  await page.getByLabel("Password").fill(password);
  await page.keyboard.press("Enter");
}
