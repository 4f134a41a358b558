import { UpdateLoginProfileCommand } from "@aws-sdk/client-iam";
import { expect, it } from "vitest";
import { enableDevice } from "../support/mfa-code.ts";
import { expectAccessible } from "./support/accessible.ts";
import { PASSWORD, ROOT } from "./support/console.ts";
import { describeConsole } from "./support/describe-console.ts";
import { openRecoveryCode } from "./support/recovery-code.ts";
import { signInByForm } from "./support/sign-in-form.ts";

describeConsole("signing in to the console", (console) => {
  it("takes a user in at the account's own link, and keeps the session over a reload", async () => {
    await console.makeUser("ana");
    const page = await console.open(`/sign-in/${console.installation.account}`);
    await page.getByLabel("User name").fill("ana");
    await page.getByLabel("Password").fill(PASSWORD);
    await expectAccessible(page);
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { level: 1, name: "Dashboard" }).waitFor();
    expect(new URL(page.url()).pathname).toBe("/console/");
    await page.reload();
    await page.getByRole("heading", { level: 1, name: "Dashboard" }).waitFor();
  });

  it("tells of a wrong password in the server's words, and keeps a deep link", async () => {
    const page = await console.open("/settings?edit=password-policy");
    await page.getByRole("link", { name: "Sign in as root user" }).click();
    await page.getByLabel("Account ID or alias").fill(console.installation.account);
    await page.getByLabel("Root user email").fill(ROOT.name);
    await page.getByLabel("Password").fill("wrong");
    await page.keyboard.press("Enter");
    await page.getByText("Your authentication information is incorrect.").waitFor();
    await page.getByLabel("Password").fill(ROOT.password);
    await page.keyboard.press("Enter");
    await page.getByRole("dialog", { name: "Password policy" }).waitFor();
  });

  it("says what is missing before it asks the server", async () => {
    const page = await console.open("/sign-in/");
    await page.getByRole("button", { name: "Sign in" }).click();
    for (const words of [
      "Enter the account's 12-digit ID",
      "Enter the user name",
      "Enter the password",
    ])
      await page.getByText(words).waitFor();
  });

  it("asks for a code when the user has an MFA device", async () => {
    const { iam } = console.installation;
    await console.makeUser("mia");
    const device = await enableDevice(iam, "mia", "mia");
    const page = await console.open(`/sign-in/${console.installation.account}`);
    await signInByForm(page, "mia", PASSWORD);
    await page.getByLabel("MFA code").fill(device.wrongCode());
    await page.keyboard.press("Enter");
    await page.getByText("Your authentication information is incorrect.").waitFor();
    await page.getByLabel("MFA code").fill(device.code());
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { level: 1, name: "Dashboard" }).waitFor();
  });

  it("makes a user change a password that must be changed, then signs in anew", async () => {
    const { iam } = console.installation;
    await console.makeUser("ben");
    await iam.send(new UpdateLoginProfileCommand({ UserName: "ben", PasswordResetRequired: true }));
    const page = await console.open(`/sign-in/${console.installation.account}`);
    await signInByForm(page, "ben", PASSWORD);
    await page.getByRole("heading", { name: "Choose a new password" }).waitFor();
    const change = async (password: string) => {
      await page.getByLabel("New password", { exact: true }).fill(password);
      await page.getByLabel("New password again").fill(password);
      await page.getByRole("button", { name: "Change password" }).click();
    };
    await change("short");
    // The server's own sentence: these credentials may not read the policy.
    await page.getByText(/Password should have a minimum length/).waitFor();
    await expectAccessible(page);
    await change("another good Password 2!");
    await page.getByText("Password changed. Sign in with the new one.").waitFor();
    await page.getByLabel("Password").fill("another good Password 2!");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { level: 1, name: "Dashboard" }).waitFor();
  });

  it("counts down how long the server refuses further attempts", async () => {
    await console.makeUser("cleo");
    const page = await console.open(`/sign-in/${console.installation.account}`);
    await page.getByLabel("User name").fill("cleo");
    const wait = page.getByRole("button", { name: /Try again in \d+ s/ });
    for (let attempt = 0; attempt < 20 && !(await wait.isVisible()); attempt++) {
      await page.getByLabel("Password").fill(`wrong ${attempt}`);
      const answered = page.waitForResponse("**/signin");
      await page.keyboard.press("Enter");
      await answered;
      await page.getByText("Your authentication information is incorrect.").waitFor();
    }
    await wait.waitFor();
    expect(await wait.isDisabled()).toBe(true);
  });

  it("says so when the control API can't be reached", async () => {
    const page = await console.open(`/sign-in/${console.installation.account}`);
    await page.route("**/signin", (route) => route.abort());
    await signInByForm(page, "ana", PASSWORD);
    await page.getByText("The control API can't be reached.").waitFor();
    expect(console.faults()).toEqual(["Failed to load resource: net::ERR_FAILED"]);
  });

  // Last: the root user has another password and an MFA device afterwards.
  it("takes the root user in by a recovery code, with MFA too", async () => {
    const { iam, account } = console.installation;
    const device = await enableDevice(iam, "root", "root");
    const page = await console.open(`/sign-in/${account}`);
    await page.getByRole("link", { name: "Sign in as root user" }).click();
    await page.getByLabel("Root user email").fill(ROOT.name);
    await page.getByRole("link", { name: "Use a recovery code" }).click();
    await page.getByRole("button", { name: "Set the new password" }).click();
    await page.getByText("This is required.").first().waitFor();
    await page.getByLabel("Recovery code").fill("AAAAA-AAAAA");
    await page.getByLabel("New password").fill("short");
    await page.keyboard.press("Enter");
    await page.getByText(/Password should have a minimum length/).waitFor();
    await page.getByLabel("New password").fill(PASSWORD);
    await page.keyboard.press("Enter");
    await page.getByText("Your authentication information is incorrect.").waitFor();
    await expectAccessible(page);
    await page.getByLabel("Recovery code").fill(await openRecoveryCode(console.installation));
    await page.keyboard.press("Enter");
    await page.getByLabel("MFA code").fill(device.code());
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { level: 1, name: "Dashboard" }).waitFor();
    await page.getByText("The root user has MFA.").waitFor();
  });
});
