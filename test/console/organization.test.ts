import {
  AttachUserPolicyCommand,
  CreateUserCommand,
  PutUserPolicyCommand,
} from "@aws-sdk/client-iam";
import {
  DescribeAccountCommand,
  ListParentsCommand,
  ListPoliciesForTargetCommand,
} from "@aws-sdk/client-organizations";
import type { Page } from "playwright-core";
import { beforeAll, expect, it } from "vitest";
import { expectAccessible } from "./support/accessible.ts";
import { ROOT } from "./support/console.ts";
import { describeConsole } from "./support/describe-console.ts";
import { type SeededOrganization, seedOrganization } from "./support/seed-organization.ts";
import type { Person } from "./support/stored-session.ts";

const HOSTILE = "<img src=x onerror=alert(1)>";
const tree = (page: Page) => page.getByRole("tree", { name: "Organization" });
const line = (page: Page, name: string | RegExp) => tree(page).getByRole("treeitem", { name });
const dialogOf = (page: Page) => page.getByRole("dialog");

/** Shows the command of a write, which every dialog has. */
async function expectCli(page: Page, command: string): Promise<void> {
  await dialogOf(page).getByRole("button", { name: "Show as CLI" }).click();
  await dialogOf(page).getByRole("group", { name: "Command" }).getByText(command).waitFor();
}

describeConsole("an account without an organization", (console) => {
  it("says so, and creates one", async () => {
    const page = await console.open("/organization", { as: ROOT });
    await page.getByText("This account is not in an organization.").waitFor();
    await expectAccessible(page);
    await page.getByRole("button", { name: "Create organization" }).click();
    await expectCli(page, "aws organizations create-organization");
    await dialogOf(page).getByRole("button", { name: "Create organization" }).click();
    await line(page, /^Root/).waitFor();
    await line(page, /^Management account/).waitFor();
    await page.getByRole("tab", { name: "Settings" }).click();
    await page.getByRole("button", { name: "Enable service control policies" }).click();
    await expectCli(page, "aws organizations enable-policy-type");
    await dialogOf(page).getByRole("button", { name: "Enable", exact: true }).click();
    await page.getByText("Enabled service control policies.").first().waitFor();
    await page.getByRole("button", { name: "Disable service control policies" }).waitFor();
  });

  it("names what may not be read", async () => {
    const nobody = await console.makeUser("nobody");
    const page = await console.open("/organization", { as: nobody });
    await page.getByText("You don't have permission: organizations:DescribeOrganization").waitFor();
    await expectAccessible(page);
  });
});

describeConsole("the organization in the console", (console) => {
  let organization: SeededOrganization;
  let [team, sandbox, acme] = ["", "", ""];
  let boss: Person;
  beforeAll(async () => {
    organization = await seedOrganization(console.installation);
    const { rootId, unit, member, policy } = organization;
    team = await unit(rootId, "Team");
    sandbox = await unit(team, "Sandbox");
    await unit(rootId, HOSTILE);
    acme = await member("acme");
    await member(HOSTILE);
    await policy("Deletes", { Effect: "Deny", Action: "orders:Delete*", Resource: "*" }, [team]);
    boss = await console.makeUser("boss");
    const PolicyArn = "arn:aws:iam::aws:policy/AdministratorAccess";
    await console.installation.iam.send(
      new AttachUserPolicyCommand({ UserName: "boss", PolicyArn }),
    );
  });

  const parentOf = async (ChildId: string) => {
    const { organizations } = console.installation;
    const { Parents = [] } = await organizations.send(new ListParentsCommand({ ChildId }));
    return Parents[0]?.Id;
  };

  it("moves an account by keyboard alone, and shows beforehand what limits it there", async () => {
    const page = await console.open("/organization", { as: ROOT });
    await line(page, /^acme/).waitFor();
    await expectAccessible(page);
    const { keyboard } = page;
    await line(page, /^Root/).focus();
    // Root is open: its first child is the next line; the keys are those of a tree.
    await keyboard.press("ArrowRight");
    await keyboard.press("End");
    await keyboard.press("Home");
    await keyboard.press("a");
    await expect.poll(() => focusedName(page)).toMatch(/^acme/);
    await keyboard.press("m");
    await page.getByText(/^Moving acme\. Go to a unit/).waitFor({ state: "attached" });
    await keyboard.press("t");
    await expect.poll(() => focusedName(page)).toBe("Team");
    await keyboard.press("ArrowRight");
    await line(page, "Sandbox").waitFor();
    await keyboard.press("ArrowRight");
    await expect.poll(() => focusedName(page)).toBe("Sandbox");
    await keyboard.press("Enter");
    await dialogOf(page).getByText("Limited from then on by").waitFor();
    await dialogOf(page)
      .getByText(/^Team: .*Deletes/)
      .waitFor();
    await expectAccessible(page);
    await expectCli(page, `--account-id ${acme}`);
    await dialogOf(page).getByRole("button", { name: "Move account" }).press("Enter");
    await page.getByText("Moved acme to Sandbox.").first().waitFor();
    expect(await parentOf(acme)).toBe(sandbox);
    // It shows in its new place, selected, with each level's effect.
    await expect.poll(() => line(page, /^acme/).getAttribute("aria-level")).toBe("4");
    await page.getByText("Denies orders:Delete* on *.").waitFor();
    expect(new URL(page.url()).searchParams.get("at")).toBe(acme);
    expect(await page.locator("main img").count()).toBe(0);
    await expectAccessible(page);
  });

  it("leaves an account where it is on Escape, and moves it by drag and drop", async () => {
    const page = await console.open(`/organization?at=${acme}`, { as: ROOT });
    await line(page, /^acme/).waitFor();
    await page.getByRole("button", { name: "Move" }).click();
    await expect.poll(() => focusedName(page)).toMatch(/^acme/);
    await page.keyboard.press("Escape");
    await page.keyboard.press("Enter");
    expect(await dialogOf(page).count()).toBe(0);
    await line(page, /^acme/).dragTo(line(page, /^Root/));
    await dialogOf(page).getByRole("button", { name: "Move account" }).click();
    await page.getByText("Moved acme to Root.").first().waitFor();
    expect(await parentOf(acme)).toBe(organization.rootId);
  });

  it("writes nothing when somebody else moved the account meanwhile", async () => {
    const page = await console.open(`/organization?at=${acme}`, { as: ROOT });
    await line(page, /^acme/).waitFor();
    const mover = await console.open(`/organization?at=${acme}`, { as: ROOT });
    await line(mover, /^acme/).dragTo(line(mover, "Team"));
    await dialogOf(mover).getByRole("button", { name: "Move account" }).click();
    await mover.getByText("Moved acme to Team.").waitFor();
    await line(page, /^acme/).dragTo(line(page, HOSTILE).first());
    await dialogOf(page).getByRole("button", { name: "Move account" }).click();
    await dialogOf(page).getByText("Somebody else moved it meanwhile").waitFor();
    expect(await parentOf(acme)).toBe(team);
  });

  it("creates an account, tells why another could not be, and switches in", async () => {
    const page = await console.open("/organization", { as: boss });
    const create = async (name: string) => {
      await page.getByRole("button", { name: "Create account" }).click();
      await dialogOf(page).getByLabel("Account name").fill(name);
      await dialogOf(page).getByLabel("E-mail address of the root user").fill("shop@example.com");
    };
    await create("shop");
    await expectAccessible(page);
    await expectCli(page, "aws organizations create-account");
    await dialogOf(page).getByRole("button", { name: "Create account" }).click();
    await dialogOf(page).getByText("Created.").waitFor();
    await dialogOf(page).getByRole("button", { name: "Close", exact: true }).last().click();
    await create("shop again");
    await dialogOf(page).getByRole("button", { name: "Create account" }).click();
    await dialogOf(page)
      .getByText(/EMAIL_ALREADY_EXISTS/)
      .waitFor();
    await dialogOf(page).getByRole("button", { name: "Close", exact: true }).last().click();
    await page.getByRole("tab", { name: "All accounts" }).click();
    await page.getByText(/^Not created: .*\(EMAIL_ALREADY_EXISTS\)/).waitFor();
    await expectAccessible(page);
    await page.getByRole("link", { name: "shop", exact: true }).first().click();
    await page.getByRole("tab", { name: "Tree" }).click();
    await page.getByRole("link", { name: "Switch into this account" }).click();
    await page.getByRole("heading", { level: 1, name: "Switch role" }).waitFor();
    expect(await page.getByLabel("Role name").inputValue()).toBe("OrganizationAccountAccessRole");
    await page.locator("main").getByRole("button", { name: "Switch role" }).click();
    await page.getByRole("heading", { level: 1, name: "Dashboard" }).waitFor();
    // The member sees that it is one.
    await page.getByRole("link", { name: "Organization" }).click();
    await page.getByText("This is a member account").waitFor();
    await page.getByText("Account 100000000000 manages the organization.").waitFor();
    await expectAccessible(page);
  });

  it("creates, renames and deletes units", async () => {
    const page = await console.open("/organization", { as: ROOT });
    await page.getByRole("button", { name: "Create unit" }).click();
    await dialogOf(page).getByLabel("Unit name").fill("Old name");
    await expectCli(page, "create-organizational-unit");
    await dialogOf(page).getByRole("button", { name: "Create unit" }).click();
    await line(page, "Old name").click();
    await page.getByRole("button", { name: "Rename" }).click();
    await dialogOf(page).getByLabel("Unit name").fill("Team");
    await dialogOf(page).getByRole("button", { name: "Rename" }).click();
    await dialogOf(page).getByText("An OU with the same name already exists.").waitFor();
    await dialogOf(page).getByLabel("Unit name").fill("New name");
    await dialogOf(page).getByRole("button", { name: "Rename" }).click();
    await line(page, "New name").waitFor();
    await page.getByRole("button", { name: "Delete", exact: true }).click();
    expect(await dialogOf(page).getByRole("button", { name: "Delete" }).isDisabled()).toBe(true);
    await dialogOf(page)
      .getByLabel(/^To confirm, type/)
      .fill("New name");
    await dialogOf(page).getByRole("button", { name: "Delete" }).click();
    await page.getByText("Deleted unit New name.").first().waitFor();
    await line(page, "New name").waitFor({ state: "detached" });
    // A unit with accounts in it stays, with AWS's reason.
    await line(page, "Team").click();
    await page.getByRole("button", { name: "Delete", exact: true }).click();
    await dialogOf(page)
      .getByLabel(/^To confirm, type/)
      .fill("Team");
    await dialogOf(page).getByRole("button", { name: "Delete" }).click();
    await dialogOf(page).getByText("The specified organizational unit is not empty.").waitFor();
  });

  it("closes an account once its name is typed", async () => {
    const id = await organization.member("leaving");
    const page = await console.open(`/organization?at=${id}`, { as: ROOT });
    await page.getByRole("button", { name: "Close account" }).click();
    const close = dialogOf(page).getByRole("button", { name: "Close account" });
    expect(await close.isDisabled()).toBe(true);
    await expectCli(page, "aws organizations close-account");
    await dialogOf(page)
      .getByLabel(/^To confirm, type/)
      .fill("leaving");
    await close.click();
    await page.getByText("Closed account leaving.").first().waitFor();
    await page.getByText("SUSPENDED: its credentials are refused").waitFor();
    const { Account } = await console.installation.organizations.send(
      new DescribeAccountCommand({ AccountId: id }),
    );
    expect(Account?.State).toBe("SUSPENDED");
  });

  it("writes a service control policy, attaches it with its effect shown, edits and deletes it", async () => {
    const page = await console.open("/organization?tab=policies", { as: ROOT });
    await page.getByRole("link", { name: "FullAWSAccess" }).waitFor();
    await expectAccessible(page);
    await page
      .getByRole("button", { name: "Create policy" })
      .or(page.getByRole("link", { name: "Create policy" }))
      .click();
    await page.getByLabel("Policy name").fill("Freeze");
    await page.getByRole("textbox", { name: "Policy document" }).click();
    await page.keyboard.press("ControlOrMeta+A");
    await page.keyboard.insertText(
      JSON.stringify({
        Version: "2012-10-17",
        Statement: [{ Effect: "Deny", Action: "orders:CreateOrder", Resource: "*" }],
      }),
    );
    await page.getByRole("button", { name: "Review and create" }).click();
    await expectCli(page, "--type SERVICE_CONTROL_POLICY");
    await dialogOf(page).getByRole("button", { name: "Create policy" }).click();
    await page.getByRole("heading", { level: 1, name: "Freeze" }).waitFor();
    await page.getByText("It is attached to nothing, so it limits nobody.").waitFor();
    await expectAccessible(page);
    const policyPage = page.url();

    await page.goto(`${console.url}/organization?at=${sandbox}`);
    await page.getByRole("button", { name: "Attach policy" }).click();
    await dialogOf(page)
      .getByRole("button", { name: /Choose a policy/ })
      .click();
    await page.getByRole("option", { name: /^Freeze/ }).click();
    await dialogOf(page)
      .getByText("No longer allows orders:CreateOrder on *, which is denied now.")
      .waitFor();
    await dialogOf(page).getByRole("button", { name: "Attach policy" }).click();
    await page.getByText("Denies orders:CreateOrder on *.").waitFor();
    await expectAccessible(page);
    const attached = async () => {
      const { Policies = [] } = await console.installation.organizations.send(
        new ListPoliciesForTargetCommand({ TargetId: sandbox, Filter: "SERVICE_CONTROL_POLICY" }),
      );
      return Policies.map(({ Name }) => Name);
    };
    expect(await attached()).toContain("Freeze");

    await page.goto(policyPage);
    await page.getByRole("link", { name: "Sandbox" }).waitFor();
    await page.getByRole("link", { name: "Edit document" }).click();
    await page.getByRole("textbox", { name: "Policy document" }).click();
    await page.keyboard.press("ControlOrMeta+A");
    await page.keyboard.insertText(
      JSON.stringify({
        Version: "2012-10-17",
        Statement: [{ Effect: "Deny", Action: "orders:*", Resource: "*" }],
      }),
    );
    await page.getByRole("button", { name: "Review and save" }).click();
    await dialogOf(page).getByText("What changes").waitFor();
    await dialogOf(page).getByRole("button", { name: "Save" }).click();
    await page.getByRole("heading", { level: 1, name: "Freeze" }).waitFor();
    await page.getByText('"orders:*"').waitFor();
    await page.getByRole("radio", { name: /^Select/ }).check();
    await page.getByRole("button", { name: "Detach" }).click();
    await dialogOf(page).getByText("What changes at Sandbox").waitFor();
    await dialogOf(page).getByRole("button", { name: "Detach policy" }).click();
    await page.getByText("It is attached to nothing, so it limits nobody.").waitFor();
    expect(await attached()).not.toContain("Freeze");
    await page.getByRole("button", { name: "Delete" }).click();
    await dialogOf(page)
      .getByLabel(/^To confirm, type/)
      .fill("Freeze");
    await dialogOf(page).getByRole("button", { name: "Delete" }).click();
    await page.getByText("Deleted policy Freeze.").first().waitFor();
  });

  it("trusts a service, registers an administrator for it, and enables work on root users", async () => {
    const page = await console.open("/organization?tab=trust", { as: ROOT });
    await page.getByText("None. Trust a service first.").waitFor();
    await page.getByRole("button", { name: "Trust a service" }).click();
    await dialogOf(page).getByLabel("Service principal").fill("iam.amazonaws.com");
    await page.keyboard.press("Escape");
    await dialogOf(page).getByRole("button", { name: "Trust service" }).click();
    await page.getByText("iam.amazonaws.com is trusted.").waitFor();
    await page.getByRole("button", { name: "Register administrator" }).click();
    await dialogOf(page).getByLabel("Account ID").fill(acme);
    await expectCli(page, "register-delegated-administrator");
    await dialogOf(page).getByRole("button", { name: "Register" }).click();
    await page.getByRole("link", { name: `acme (${acme})` }).waitFor();
    await expectAccessible(page);
    await page.getByRole("button", { name: "Stop trusting iam.amazonaws.com" }).click();
    await dialogOf(page).getByRole("button", { name: "Stop trusting" }).click();
    await dialogOf(page)
      .getByText(/has a delegated administrator/)
      .waitFor();
    await dialogOf(page).getByRole("button", { name: "Cancel" }).click();
    await page.getByRole("tab", { name: "Settings" }).click();
    await page.getByRole("button", { name: "Enable root sessions" }).click();
    await dialogOf(page).getByRole("button", { name: "Enable", exact: true }).click();
    await page.getByRole("button", { name: "Disable root sessions" }).waitFor();
    await expectAccessible(page);
    await page.getByRole("tab", { name: "Trusted services" }).click();
    await page.getByRole("button", { name: `Deregister ${acme} for iam.amazonaws.com` }).click();
    await dialogOf(page).getByRole("button", { name: "Deregister" }).click();
    await page.getByText("No account administers a service for the organization.").waitFor();
  });

  it("shows 100 accounts of a unit at a time, and one far behind by its address", async () => {
    const crowd = await organization.unit(organization.rootId, "Crowd");
    const ids: string[] = [];
    for (let at = 0; at < 130; at++) ids.push(await organization.member(`customer-${at}`, crowd));
    const last = [...ids].sort().at(-1) ?? "";
    const page = await console.open(`/organization?at=${last}`, { as: ROOT });
    await line(page, new RegExp(last)).waitFor();
    await line(page, /^Show more of Crowd \(101 shown\)/).click();
    await expect.poll(() => line(page, /^customer-/).count()).toBe(130);
    expect(await line(page, /^customer-0 /).getAttribute("aria-setsize")).toBe("130");
    await page.setViewportSize({ width: 320, height: 640 });
    const overflow = () =>
      document.documentElement.scrollWidth - document.documentElement.clientWidth;
    expect(await page.evaluate(overflow)).toBe(0);
  });

  it("shows each panel by itself to somebody who may see one thing", async () => {
    const { iam } = console.installation;
    await iam.send(new CreateUserCommand({ UserName: "unused" }));
    const reader = await console.makeUser("tree-reader");
    await iam.send(
      new PutUserPolicyCommand({
        UserName: "tree-reader",
        PolicyName: "tree",
        PolicyDocument: JSON.stringify({
          Version: "2012-10-17",
          Statement: {
            Effect: "Allow",
            Action: [
              "organizations:DescribeOrganization",
              "organizations:ListRoots",
              "organizations:ListOrganizationalUnitsForParent",
            ],
            Resource: "*",
          },
        }),
      }),
    );
    const page = await console.open("/organization", { as: reader });
    await line(page, /You don't have permission: organizations:ListAccountsForParent/).waitFor();
    await page
      .getByText("You don't have permission: organizations:ListPoliciesForTarget")
      .waitFor();
    await expectAccessible(page);
    await page.getByRole("tab", { name: "Trusted services" }).click();
    await page
      .getByText("You don't have permission: organizations:ListAWSServiceAccessForOrganization")
      .waitFor();
  });
});

const focusedName = (page: Page): Promise<string> =>
  page.evaluate(() => document.activeElement?.textContent ?? "");
