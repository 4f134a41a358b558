import {
  CreateAccountAliasCommand,
  CreateGroupCommand,
  CreateOpenIDConnectProviderCommand,
  CreatePolicyCommand,
  CreatePolicyVersionCommand,
  CreateRoleCommand,
  CreateUserCommand,
  DeletePolicyVersionCommand,
  DeleteUserPolicyCommand,
  PutGroupPolicyCommand,
  PutUserPolicyCommand,
  SetDefaultPolicyVersionCommand,
  TagUserCommand,
  UpdateAssumeRolePolicyCommand,
} from "@aws-sdk/client-iam";
import type { Page } from "playwright-core";
import { beforeAll, expect, it } from "vitest";
import { allow, document } from "../support/people.ts";
import { expectAccessible } from "./support/accessible.ts";
import { ROOT } from "./support/console.ts";
import { describeConsole } from "./support/describe-console.ts";

const HOSTILE = '"><img src=x onerror=alert(1)> déjà';

const trust = (account: string, user: string) =>
  document({
    Effect: "Allow",
    Principal: { AWS: `arn:aws:iam::${account}:user/${user}` },
    Action: "sts:AssumeRole",
  });

const TRAIL = /\/cloudtrail\/?$/;

/** The rows of the table, by the names of their events. */
const events = (page: Page, name: string) => page.getByRole("button", { name, exact: true });

describeConsole("activity", (console) => {
  const arn = () => `arn:aws:iam::${console.installation.account}:policy/orders`;

  beforeAll(async () => {
    const { iam, account } = console.installation;
    await console.makeUser("ana");
    const UserName = "ana";
    const inline = (...actions: readonly string[]) =>
      iam.send(
        new PutUserPolicyCommand({
          UserName,
          PolicyName: "own",
          PolicyDocument: document(allow(actions)),
        }),
      );
    await inline("orders:GetOrder");
    await inline("orders:GetOrder", "orders:DeleteOrder");
    await iam.send(new DeleteUserPolicyCommand({ UserName, PolicyName: "own" }));
    await iam.send(new TagUserCommand({ UserName, Tags: [{ Key: "note", Value: "שלום" }] }));
    await iam.send(
      new CreatePolicyCommand({
        PolicyName: "orders",
        PolicyDocument: document(allow("orders:GetOrder")),
      }),
    );
    // Too long for an event: the version still has it.
    await iam.send(
      new CreatePolicyVersionCommand({
        PolicyArn: arn(),
        SetAsDefault: true,
        PolicyDocument: document(
          allow(
            "orders:ListOrders",
            Array.from(
              { length: 40 },
              (_, at) => `arn:aws:orders:us-east-1:${account}:order/${crypto.randomUUID()}-${at}`,
            ),
          ),
        ),
      }),
    );
    await iam.send(new SetDefaultPolicyVersionCommand({ PolicyArn: arn(), VersionId: "v1" }));
    await iam.send(
      new CreateRoleCommand({
        RoleName: "auditor",
        Description: HOSTILE,
        AssumeRolePolicyDocument: trust(account, "ana"),
      }),
    );
    await iam.send(new CreateUserCommand({ UserName: "ben" }));
    await iam.send(
      new UpdateAssumeRolePolicyCommand({
        RoleName: "auditor",
        PolicyDocument: trust(account, "ben"),
      }),
    );
    await iam.send(new CreateGroupCommand({ GroupName: "ana" }));
    await iam.send(
      new PutGroupPolicyCommand({
        GroupName: "ana",
        PolicyName: "own",
        PolicyDocument: document(allow("orders:PutOrder")),
      }),
    );
    await iam.send(new CreateAccountAliasCommand({ AccountAlias: "acme" }));
    await iam.send(
      new CreateOpenIDConnectProviderCommand({
        Url: "https://id.example.com",
        ClientIDList: ["shop"],
      }),
    );
  });

  const open = async (name: string, at = 0) => {
    const page = await console.open(`/activity?name=${name}`, { as: ROOT });
    await events(page, name).nth(at).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("heading", { name: "Record" }).waitFor();
    return { page, dialog };
  };

  it("lists events newest first, filters them, and opens the whole record", async () => {
    const page = await console.open("/activity", { as: ROOT });
    await events(page, "CreateAccountAlias").waitFor();
    await expectAccessible(page);
    await page.getByLabel("Resource").fill("ana");
    await page.getByLabel("User").fill("root");
    await page.keyboard.press("Enter");
    await events(page, "CreateAccountAlias").waitFor({ state: "detached" });
    await events(page, "TagUser").waitFor();
    expect(page.url()).toMatch(/\?resource=ana&user=root$/);
    await page.getByRole("textbox", { name: "Event" }).fill("TagUser");
    await page.getByLabel("Time").click();
    await page.getByRole("option", { name: "Last hour" }).click();
    await page.getByRole("button", { name: "Apply" }).click();
    await events(page, "PutUserPolicy").first().waitFor({ state: "detached" });
    await events(page, "TagUser").first().waitFor();
    expect(await events(page, "TagUser").count()).toBe(1);
    await events(page, "TagUser").focus();
    await page.keyboard.press("Enter");
    const dialog = page.getByRole("dialog");
    await dialog.getByText("שלום").waitFor();
    await dialog.getByText('"eventVersion": "1.11"').waitFor();
    expect(page.url()).toContain("event=");
    await expectAccessible(page);
    // The address opens the same event.
    await page.reload();
    await dialog.getByText("שלום").waitFor();
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "detached" });
    expect(page.url()).not.toContain("event=");
    await page.goto(`${console.url}/activity?resource=ana&user=nobody`);
    await page.getByText("The audit trail has no such event.").waitFor();
  });

  it("compares an inline policy with the one before it", async () => {
    const { page, dialog } = await open("PutUserPolicy");
    await dialog.getByText(/Newly allows orders:DeleteOrder/).waitFor();
    await dialog.getByText("Before", { exact: true }).waitFor();
    await expectAccessible(page);
    const first = await open("PutUserPolicy", 1);
    await first.dialog.getByText("What was there before is not known.").waitFor();
    const gone = await open("DeleteUserPolicy");
    await gone.dialog.getByText("After: no policy").waitFor();
    await gone.dialog
      .getByText(/No longer allows|Newly denies|Denies/)
      .first()
      .waitFor();
    // A group of the same name has a policy of the same name.
    const group = await open("PutGroupPolicy");
    await group.dialog.getByText("What was there before is not known.").waitFor();
    await expectAccessible(group.page);
  });

  it("takes a document that is too long for its event from the policy's version", async () => {
    const { iam } = console.installation;
    const created = await open("CreatePolicyVersion");
    await created.dialog.getByText(/Newly allows orders:ListOrders/).waitFor();
    await created.dialog.getByText("(omitted: ").first().waitFor();
    const back = await open("SetDefaultPolicyVersion");
    await back.dialog.getByText(/Newly allows orders:GetOrder/).waitFor();
    await iam.send(new DeletePolicyVersionCommand({ PolicyArn: arn(), VersionId: "v2" }));
    const lost = await open("CreatePolicyVersion");
    await lost.dialog.getByText("The document is too long for an event").waitFor();
    await expectAccessible(lost.page);
    const made = await open("CreatePolicy");
    await made.dialog.getByText("Before: no policy").waitFor();
  });

  it("compares trust policies, and shows hostile texts as they are", async () => {
    const made = await open("CreateRole");
    await made.dialog.getByText("onerror=alert(1)> déjà").waitFor();
    await made.dialog.getByText("Before: no policy").waitFor();
    await expectAccessible(made.page);
    const { dialog } = await open("UpdateAssumeRolePolicy");
    await dialog
      .getByText(/user\/ben/)
      .first()
      .waitFor();
    await dialog.getByText("What changes").waitFor();
  });

  it("names who changed an entity last, on its page", async () => {
    const { account } = console.installation;
    const provider = `arn:aws:iam::${account}:oidc-provider/id.example.com`;
    for (const [path, event] of [
      ["/users/ana", "TagUser"],
      ["/groups/ana", "PutGroupPolicy"],
      ["/roles/auditor", "UpdateAssumeRolePolicy"],
      [`/policies/${encodeURIComponent(arn())}`, "DeletePolicyVersion"],
      [`/providers/${encodeURIComponent(provider)}`, "CreateOpenIDConnectProvider"],
      ["/settings", "CreateAccountAlias"],
    ] as const) {
      const page = await console.open(path, { as: ROOT });
      await page.getByText(`By Root user in ${event}, today`).waitFor();
    }
    const page = await console.open("/users/ana", { as: ROOT });
    const list = page.getByRole("link", { name: "PutUserPolicy" });
    await list.first().waitFor();
    // Of the user, not of the group of the same name.
    expect(await page.getByRole("link", { name: "PutGroupPolicy" }).count()).toBe(0);
    await list.first().click();
    await page
      .getByRole("dialog")
      .getByText(/Newly allows orders:DeleteOrder/)
      .waitFor();
  });

  it("says what may not be read, in each part by itself", async () => {
    const person = await console.makeUser("cleo");
    await console.installation.iam.send(
      new PutUserPolicyCommand({
        UserName: "cleo",
        PolicyName: "own",
        PolicyDocument: document(allow("iam:Get*")),
      }),
    );
    const page = await console.open("/activity", { as: person });
    await page.getByText("You don't have permission: cloudtrail:LookupEvents").waitFor();
    await expectAccessible(page);
    await page.goto(`${console.url}/users/ana`);
    await page.getByRole("heading", { name: "Last changed" }).waitFor();
    await page.getByText("You don't have permission: cloudtrail:LookupEvents").waitFor();
    await page.getByText("No boundary: the policies alone decide.").waitFor();
  });

  it("says what is no event, and that the trail may go further back", async () => {
    const page = await console.open("/activity?event=019ac8e1-5a7c-7cde-8f00-0123456789ab", {
      as: ROOT,
    });
    await page.getByText("The audit trail has no such event, or keeps it no longer.").waitFor();
    await page.keyboard.press("Escape");
    const contentType = "application/x-amz-json-1.1";
    await page.route(TRAIL, (route) =>
      route.fulfill({ contentType, json: { Events: [], NextToken: "more" } }),
    );
    await page.getByRole("button", { name: "Reload" }).click();
    await page.getByText("None of the newest events is such.").waitFor();
    await expectAccessible(page);
    await page.unroute(TRAIL);
    await page.getByRole("button", { name: "Reload" }).click();
    await events(page, "CreateAccountAlias").waitFor();
  });
});
