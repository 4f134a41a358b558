import { readFile } from "node:fs/promises";
import {
  CreateAccessKeyCommand,
  CreateUserCommand,
  GetAccountPasswordPolicyCommand,
  GetOutboundWebIdentityFederationInfoCommand,
  ListAccessKeysCommand,
  UpdateAccountPasswordPolicyCommand,
} from "@aws-sdk/client-iam";
import { afterEach, expect, it, vi } from "vitest";
import { expectAccessible, expectLoaded } from "./support/accessible.ts";
import { ROOT } from "./support/console.ts";
import { describeConsole } from "./support/describe-console.ts";
import { travelTo } from "./support/time-travel.ts";

const DAY = 86_400_000;

describeConsole("an account in the console", (console) => {
  afterEach(() => {
    vi.useRealTimers();
  });

  it("recommends, with a button that does it", async () => {
    const page = await console.open("/", { as: ROOT });
    await expectLoaded(page);
    await page.getByText("Nobody has a user yet").waitFor();
    const link = (name: string) => page.getByRole("link", { name }).getAttribute("href");
    expect(await link("Create users")).toBe("/console/create-users");
    expect(await link("Create a group")).toBe("/console/groups");
    expect(await link("Manage root access keys")).toBe("/console/security-credentials");
    await page.getByRole("button", { name: "Assign MFA device" }).click();
    await page.getByRole("dialog", { name: "Assign an MFA device to root" }).waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("link", { name: "Set a password policy" }).click();
    await page.getByRole("dialog", { name: "Password policy" }).waitFor();
    await expectAccessible(page);
  });

  it("gives the account an alias, which the sign-in link then names", async () => {
    const page = await console.open("/", { as: ROOT });
    await page.getByRole("button", { name: "Edit alias" }).click();
    await page.getByRole("textbox", { name: "Alias" }).fill("Acme");
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText("An alias has small letters, digits and single hyphens").waitFor();
    await page.getByRole("textbox", { name: "Alias" }).fill("acme");
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText(`${console.url}/sign-in/acme`).first().waitFor();
  });

  it("writes a password policy, and never over somebody else's change", async () => {
    const { iam } = console.installation;
    const page = await console.open("/settings", { as: ROOT });
    await page.getByRole("button", { name: "Set a password policy" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Minimum length").fill("5");
    await dialog.getByRole("button", { name: "Save" }).click();
    await dialog.getByText("Enter a number from 6 to 128.").waitFor();
    await dialog.getByLabel("Minimum length").fill("16");
    // Somebody else is faster.
    await iam.send(
      new UpdateAccountPasswordPolicyCommand({ MinimumPasswordLength: 10, RequireNumbers: true }),
    );
    await dialog.getByRole("button", { name: "Save" }).click();
    await dialog.getByText("Somebody else changed this meanwhile").waitFor();
    const row = dialog.getByRole("row").filter({ hasText: "Minimum length" });
    expect((await row.innerText()).split(/\s*\t\s*|\n/).filter(Boolean)).toEqual([
      "Minimum length",
      "No policy",
      "10",
      "16",
    ]);
    await expectAccessible(page);
    const policy = async () =>
      (await iam.send(new GetAccountPasswordPolicyCommand({}))).PasswordPolicy;
    expect(await policy()).toMatchObject({ MinimumPasswordLength: 10, RequireNumbers: true });
    await dialog.getByRole("button", { name: "Keep mine" }).click();
    await dialog.getByRole("button", { name: "Save" }).click();
    await page.getByText("Saved the password policy.").first().waitFor();
    expect(await policy()).toMatchObject({ MinimumPasswordLength: 16, RequireNumbers: false });
    await page.getByRole("button", { name: "Remove" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Remove" }).click();
    await page.getByText("The account has no policy of its own.").waitFor();
  });

  it("enables and disables outbound federation", async () => {
    const { iam } = console.installation;
    const page = await console.open("/settings", { as: ROOT });
    await page.getByRole("button", { name: "Enable federation" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Enable" }).click();
    await page.getByText("Enabled outbound identity federation.").first().waitFor();
    const info = await iam.send(new GetOutboundWebIdentityFederationInfoCommand({}));
    await page
      .getByText(info.IssuerIdentifier ?? "")
      .first()
      .waitFor();
    await page.getByRole("button", { name: "Disable federation" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Disable" }).click();
    await page.getByText("Disabled: nobody in this account can get a token.").first().waitFor();
  });

  it("takes away what nobody used for 90 days", async () => {
    const { iam } = console.installation;
    await iam.send(new CreateUserCommand({ UserName: "old" }));
    const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: "old" }));
    const page = await console.open("/sign-in/");
    await travelTo(page.context(), Date.now() + 100 * DAY);
    await page.goto(`${console.url}/`);
    await page.getByRole("link", { name: "Sign in as root user" }).click();
    await page.getByLabel("Account ID or alias").fill(console.installation.account);
    await page.getByLabel("Root user email").fill(ROOT.name);
    await page.getByLabel("Password").fill(ROOT.password);
    await page.keyboard.press("Enter");
    await page.getByText("1 credential was not used for 90 days.").waitFor();
    expect(AccessKey?.Status).toBe("Active");
    await page.getByRole("button", { name: "Take them away" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Take away" }).click();
    await page.getByText("Took 1 unused credential away.").first().waitFor();
    // A client of its own: it learns the server's clock, which is another one in the next test.
    const { iamAs, root } = console.installation;
    const { AccessKeyMetadata } = await iamAs(root).send(
      new ListAccessKeysCommand({ UserName: "old" }),
    );
    expect(AccessKeyMetadata?.[0]?.Status).toBe("Inactive");
  });

  it("filters the credential report, and saves it without formulas", async () => {
    const { iam } = console.installation;
    await iam.send(new CreateUserCommand({ UserName: "=1+1" }));
    const page = await console.open("/credential-report", { as: ROOT });
    await page.getByText("Root user").waitFor();
    const saved = page.waitForEvent("download");
    await page.getByRole("button", { name: "Download .csv" }).click();
    const csv = await readFile(await (await saved).path(), "utf8");
    expect(csv.split("\r\n")[0]).toMatch(/^user,arn,user_creation_time,password_enabled,/);
    expect(csv).toMatch(/^<root_account>,arn:aws:iam::\d{12}:root,/m);
    expect(csv).not.toMatch(/^[=+\-@]/m);
    await page.getByRole("button", { name: "Show" }).click();
    await page.getByRole("option", { name: "Password without MFA" }).click();
    await page.getByText("No user is like that.").waitFor();
    expect(new URL(page.url()).search).toBe("?show=no-mfa");
    await expectAccessible(page);
  });

  it("names what somebody may not see, each panel by itself", async () => {
    const nobody = await console.makeUser("nobody");
    const page = await console.open("/", { as: nobody });
    await page.getByText("You don't have permission: iam:ListAccountAliases").waitFor();
    await page.getByText("You don't have permission: iam:GetAccountSummary").waitFor();
    await page.getByText("You lack iam:GetAccountPasswordPolicy.").waitFor();
    await expectAccessible(page);
    await page.goto(`${console.url}/credential-report`);
    await page.getByText("You don't have permission: iam:GenerateCredentialReport").waitFor();
    await page.goto(`${console.url}/settings`);
    await page
      .getByText("You don't have permission: iam:GetOutboundWebIdentityFederationInfo")
      .waitFor();
    // The own credentials need permissions too; changing the password has a form of its own.
    await page.goto(`${console.url}/security-credentials`);
    await page.getByText("You don't have permission: iam:ListMFADevices").waitFor();
    await page.getByRole("button", { name: "Change password" }).click();
    await expectAccessible(page);
  });
});
