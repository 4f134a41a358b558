import {
  CreateRoleCommand,
  DeleteLoginProfileCommand,
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  DeleteUserCommand,
  GetUserCommand,
  PutRolePolicyCommand,
  PutUserPolicyCommand,
} from "@aws-sdk/client-iam";
import { afterEach, beforeAll, expect, it, vi } from "vitest";
import { expectAccessible } from "./support/accessible.ts";
import { PASSWORD, ROOT } from "./support/console.ts";
import { describeConsole } from "./support/describe-console.ts";
import { signInByForm } from "./support/sign-in-form.ts";
import { travelTo } from "./support/time-travel.ts";

const HOUR = 3_600_000;

const policy = (Effect: string, Action: string, Resource = "*") =>
  JSON.stringify({ Version: "2012-10-17", Statement: { Effect, Action, Resource } });

const trustOf = (account: string) =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: {
      Effect: "Allow",
      Principal: { AWS: `arn:aws:iam::${account}:root` },
      Action: "sts:AssumeRole",
    },
  });

describeConsole("the console's session", (console) => {
  const menu = (name: string) => new RegExp(`^${name} @ \\d{12}$`);
  beforeAll(async () => {
    const { iam, account } = console.installation;
    await console.makeUser("ana");
    await iam.send(
      new PutUserPolicyCommand({
        UserName: "ana",
        PolicyName: "all",
        PolicyDocument: policy("Allow", "*"),
      }),
    );
    await iam.send(
      new CreateRoleCommand({
        RoleName: "auditor",
        AssumeRolePolicyDocument: trustOf(account),
      }),
    );
    await iam.send(
      new PutRolePolicyCommand({
        RoleName: "auditor",
        PolicyName: "list",
        PolicyDocument: policy("Allow", "iam:ListUsers"),
      }),
    );
  });
  afterEach(() => {
    vi.useRealTimers();
  });
  const ANA = { kind: "user", name: "ana", password: PASSWORD } as const;

  it("asks for the password above the page when the session has expired, and keeps the form", async () => {
    const page = await console.open("/create-users", { as: ANA });
    await page.getByLabel("User names").fill("typed-before");
    await page.getByLabel("Can sign in to the console").uncheck();
    for (let at = 0; at < 2; at++)
      await page.getByRole("button", { name: "Next", exact: true }).click();
    // 13 hours on, the session is over.
    await travelTo(page.context(), Date.now() + 13 * HOUR);
    await page.getByRole("button", { name: "Create user" }).click();
    const dialog = page.getByRole("dialog", { name: "Your session has ended" });
    await dialog.waitFor();
    await expectAccessible(page);
    await dialog.getByLabel("Password").fill("wrong");
    await page.keyboard.press("Enter");
    await dialog.getByText("Your authentication information is incorrect.").waitFor();
    await dialog.getByLabel("Password").fill(PASSWORD);
    await page.keyboard.press("Enter");
    // The call that waited goes on by itself.
    await page.getByRole("heading", { level: 1, name: "User typed-before is created" }).waitFor();
  });

  it("works with a browser whose clock is two hours wrong", async () => {
    const page = await console.open("/sign-in/", { as: ANA, ownContext: true });
    await page.clock.setSystemTime(Date.now() + 2 * HOUR);
    await page.goto(`${console.url}/users`);
    await page.getByRole("link", { name: "ana" }).waitFor();
  });

  it("warns five minutes before the end", async () => {
    const page = await console.open("/settings", { as: ANA });
    await page.getByRole("heading", { level: 1 }).waitFor();
    expect(await page.getByText(/Your session ends at/).count()).toBe(0);
    await page.evaluate(() => {
      const session = JSON.parse(sessionStorage.getItem("portcullis.session") ?? "");
      session.credentials.expiresAtMilliseconds = Date.now() + 4 * 60_000;
      sessionStorage.setItem("portcullis.session", JSON.stringify(session));
    });
    await page.reload();
    await page.getByText(/Your session ends at/).waitFor();
    await page.getByRole("button", { name: "Sign in again" }).click();
    await page.getByRole("dialog").getByLabel("Password").fill(PASSWORD);
    await page.keyboard.press("Enter");
    await page.getByRole("dialog").waitFor({ state: "hidden" });
  });

  it("ends with the user's deletion: the dialog lets nobody in, and signing out is a way on", async () => {
    const { iam } = console.installation;
    const gone = await console.makeUser("gone");
    const page = await console.open("/", { as: gone });
    await page.getByRole("heading", { level: 1, name: "Dashboard" }).waitFor();
    await iam.send(new DeleteLoginProfileCommand({ UserName: "gone" }));
    await iam.send(new DeleteUserCommand({ UserName: "gone" }));
    await page.getByRole("link", { name: "Users", exact: true }).first().click();
    await page.getByRole("dialog", { name: "Your session has ended" }).waitFor();
    await page.getByRole("dialog").getByRole("button", { name: "Sign out" }).click();
    await page.getByRole("heading", { level: 1, name: "Sign in" }).waitFor();
  });

  it("never sends a call of one person as another who signs in after them", async () => {
    const { iam } = console.installation;
    const leaving = await console.makeUser("leaving");
    const page = await console.open("/create-users", { as: leaving });
    await page.getByLabel("User names").fill("by-the-former");
    for (let at = 0; at < 2; at++)
      await page.getByRole("button", { name: "Next", exact: true }).click();
    await iam.send(new DeleteLoginProfileCommand({ UserName: "leaving" }));
    await iam.send(new DeleteUserCommand({ UserName: "leaving" }));
    await page.getByRole("button", { name: "Create user" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Sign out" }).click();
    await page.getByLabel("Account ID or alias").fill(console.installation.account);
    await signInByForm(page, "ana", PASSWORD);
    await page.getByLabel("User names").waitFor();
    await expect(iam.send(new GetUserCommand({ UserName: "by-the-former" }))).rejects.toThrow(
      "The user with name by-the-former cannot be found.",
    );
  });

  it("is shared with a tab that opens, and signing out ends it in all tabs", async () => {
    const page = await console.open("/users", { as: ANA });
    await page.getByRole("heading", { level: 1 }).waitFor();
    const other = await page.context().newPage();
    await other.goto(`${console.url}/settings`);
    await other.getByRole("heading", { level: 1, name: "Account settings" }).waitFor();
    await page.getByRole("button", { name: menu("ana") }).click();
    await page.getByRole("menuitem", { name: "Sign out" }).click();
    for (const tab of [page, other]) {
      await tab.getByRole("heading", { level: 1, name: "Sign in" }).waitFor();
      const kept = await tab.evaluate(() => [
        sessionStorage.getItem("portcullis.session"),
        JSON.stringify(localStorage),
      ]);
      expect(kept[0]).toBeNull();
      expect(kept[1]).not.toMatch(/ASIA|AKIA|secret/i);
    }
  });

  it("switches to a role by a link, takes its colour, remembers it, and switches back", async () => {
    const { account } = console.installation;
    const page = await console.open(
      `/switch-role?account=${account}&roleName=auditor&displayName=Audit&color=F2B0A9`,
      { as: ANA },
    );
    await page.getByRole("button", { name: "Switch role" }).click();
    await page.getByRole("button", { name: menu("Audit") }).waitFor();
    const color = await page
      .getByRole("banner")
      .evaluate((bar) => getComputedStyle(bar).backgroundColor);
    expect(color).toBe("rgb(242, 176, 169)");
    await page.getByRole("heading", { level: 1, name: "Dashboard" }).waitFor();
    await expectAccessible(page);
    // The role's permissions, not the user's.
    await page.getByText("You lack iam:GetAccountPasswordPolicy.").waitFor();
    await page.reload();
    await page.getByRole("button", { name: menu("Audit") }).click();
    await page.getByRole("menuitem", { name: "Switch back to ana" }).click();
    await page.getByRole("button", { name: menu("ana") }).click();
    await page.getByRole("menuitem", { name: "Recent roles" }).click();
    await page.getByRole("menuitem", { name: "Audit" }).click();
    await page.getByRole("button", { name: "Switch role" }).click();
    await page.getByRole("button", { name: menu("Audit") }).waitFor();
  });

  it("renews a role's hour without asking, as long as the own session lasts", async () => {
    const { account } = console.installation;
    const page = await console.open(`/switch-role?account=${account}&roleName=auditor`, {
      as: ANA,
    });
    await page.getByRole("button", { name: "Switch role" }).click();
    await page.getByRole("heading", { level: 1, name: "Dashboard" }).waitFor();
    await travelTo(page.context(), Date.now() + 2 * HOUR);
    await page.getByRole("link", { name: "Users", exact: true }).first().click();
    await page.getByRole("link", { name: "ana", exact: true }).waitFor();
    expect(await page.getByRole("dialog").count()).toBe(0);
    await page.getByRole("button", { name: menu(`auditor @ ${account}`) }).waitFor();
  });

  it("drops the calls of a role that is gone when the person switches back", async () => {
    const { iam, account } = console.installation;
    await iam.send(
      new CreateRoleCommand({
        RoleName: "maker",
        AssumeRolePolicyDocument: trustOf(account),
      }),
    );
    await iam.send(
      new PutRolePolicyCommand({
        RoleName: "maker",
        PolicyName: "all",
        PolicyDocument: policy("Allow", "*"),
      }),
    );
    const page = await console.open(`/switch-role?account=${account}&roleName=maker`, { as: ANA });
    await page.getByRole("button", { name: "Switch role" }).click();
    await page.getByRole("button", { name: menu(`maker @ ${account}`) }).waitFor();
    await page.goto(`${console.url}/create-users`);
    await page.getByLabel("User names").fill("by-the-role");
    for (let at = 0; at < 2; at++)
      await page.getByRole("button", { name: "Next", exact: true }).click();
    await iam.send(new DeleteRolePolicyCommand({ RoleName: "maker", PolicyName: "all" }));
    await iam.send(new DeleteRoleCommand({ RoleName: "maker" }));
    await page.getByRole("button", { name: "Create user" }).click();
    const dialog = page.getByRole("dialog", { name: "Your session has ended" });
    await dialog.getByRole("button", { name: "Switch back" }).click();
    await page.getByRole("button", { name: menu("ana") }).waitFor();
    // Ana may create users; the role's call must not become hers.
    await page.getByLabel("User names").waitFor();
    await expect(iam.send(new GetUserCommand({ UserName: "by-the-role" }))).rejects.toThrow(
      "The user with name by-the-role cannot be found.",
    );
  });

  it("tells why a role can't be assumed, and offers the root user none", async () => {
    const { account } = console.installation;
    const page = await console.open(`/switch-role?account=${account}&roleName=nothing`, {
      as: ANA,
    });
    await page.getByRole("button", { name: "Switch role" }).click();
    await page.getByText("You don't have permission: sts:AssumeRole").waitFor();
    const root = await console.open("/switch-role", { as: ROOT });
    await root.getByText("The root user can't assume roles.").waitFor();
    await root.getByRole("button", { name: /^root@localhost/ }).click();
    await root.getByRole("menuitem", { name: "Sign out" }).waitFor();
    expect(await root.getByRole("menuitem", { name: "Switch role" }).count()).toBe(0);
  });

  it("keeps the chosen theme", async () => {
    const page = await console.open("/", { as: ANA });
    await page.getByRole("button", { name: menu("ana") }).click();
    await page.getByRole("menuitem", { name: "Appearance" }).click();
    await page.getByRole("menuitemcheckbox", { name: "Dark" }).click();
    await page.reload();
    await page.locator("body.awsui-dark-mode").waitFor();
  });
});
