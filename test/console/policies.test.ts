import {
  AttachGroupPolicyCommand,
  CreateGroupCommand,
  CreatePolicyCommand,
  CreatePolicyVersionCommand,
  CreateUserCommand,
  GetPolicyCommand,
  GetPolicyVersionCommand,
  GetUserPolicyCommand,
  ListEntitiesForPolicyCommand,
  ListPolicyVersionsCommand,
  PutUserPolicyCommand,
} from "@aws-sdk/client-iam";
import type { Page } from "playwright-core";
import { beforeAll, expect, it } from "vitest";
import { expectAccessible, expectLoaded } from "./support/accessible.ts";
import { ROOT } from "./support/console.ts";
import { describeConsole } from "./support/describe-console.ts";

const allow = (Action: string | string[], Resource = "*") =>
  JSON.stringify({ Version: "2012-10-17", Statement: { Effect: "Allow", Action, Resource } });

/** Types a document in the place of all that is in the editor. */
async function typeDocument(page: Page, text: string): Promise<void> {
  const editor = page.getByRole("textbox", { name: "Policy document" });
  await editor.click();
  await page.keyboard.press("ControlOrMeta+A");
  await page.keyboard.insertText(text);
}

describeConsole("policies in the console", (console) => {
  const arnOf = (name: string) => `arn:aws:iam::${console.installation.account}:policy/${name}`;
  const address = (name: string) => `/policies/${encodeURIComponent(arnOf(name))}`;
  const editing = (name: string) =>
    `/edit-document?of=policy&arn=${encodeURIComponent(arnOf(name))}`;
  const inForce = async (name: string) => {
    const { iam } = console.installation;
    const PolicyArn = arnOf(name);
    const { Policy } = await iam.send(new GetPolicyCommand({ PolicyArn }));
    const VersionId = Policy?.DefaultVersionId;
    const answer = await iam.send(new GetPolicyVersionCommand({ PolicyArn, VersionId }));
    return JSON.parse(decodeURIComponent(answer.PolicyVersion?.Document ?? ""));
  };

  beforeAll(async () => {
    const { iam } = console.installation;
    for (const PolicyName of ["reader", "shared", "versions", "going", "full"])
      await iam.send(
        new CreatePolicyCommand({
          PolicyName,
          PolicyDocument: allow("orders:GetOrder"),
          Description: "<b>bold</b> שלום",
        }),
      );
    await iam.send(new CreateGroupCommand({ GroupName: "readers" }));
    await iam.send(
      new AttachGroupPolicyCommand({ GroupName: "readers", PolicyArn: arnOf("going") }),
    );
    for (const PolicyName of ["versions", "full"])
      await iam.send(
        new CreatePolicyVersionCommand({
          PolicyArn: arnOf(PolicyName),
          PolicyDocument: allow(["orders:GetOrder", "orders:DeleteOrder"]),
          SetAsDefault: true,
        }),
      );
    for (let more = 0; more < 3; more++)
      await iam.send(
        new CreatePolicyVersionCommand({
          PolicyArn: arnOf("full"),
          PolicyDocument: allow(`orders:Get${more}*`),
          SetAsDefault: true,
        }),
      );
  });

  it("are filtered by type, use and text, and the address keeps the filters", async () => {
    const page = await console.open("/policies?type=Local&use=attached", { as: ROOT });
    const names = page.getByRole("table", { name: "Policies" }).getByRole("rowheader");
    await page.getByRole("link", { name: "going" }).waitFor();
    expect(await names.count()).toBe(1);
    await page.getByRole("button", { name: /^Use/ }).click();
    await page.getByRole("option", { name: "Not used" }).click();
    await page.getByRole("link", { name: "shared" }).waitFor();
    expect(new URL(page.url()).searchParams.get("use")).toBe("unused");
    await page.getByLabel("Find policies").fill("versi");
    await expect.poll(() => names.count()).toBe(1);
    await expectAccessible(page);
    await page.getByRole("link", { name: "versions" }).click();
    await page.getByText("<b>bold</b> שלום").waitFor();
  });

  it("creates one by keyboard, showing every fault as it is typed", async () => {
    const page = await console.open("/create-policy", { as: ROOT });
    await page.getByLabel("Policy name").fill("made");
    await typeDocument(page, '{"Version": "2012-10-17", "Statement": [');
    await page.getByText("the server will not accept this document").waitFor();
    const create = page.getByRole("button", { name: "Review and create" });
    expect(await create.isDisabled()).toBe(true);
    await typeDocument(page, allow("orders:GetOrdr", "arn:aws:orders:*:*:order/*"));
    await page.getByText("The action orders:GetOrdr does not exist.").waitFor();
    await expectAccessible(page);
    await page.getByRole("button", { name: 'Use "orders:GetOrder", line 1' }).click();
    await page.getByText("The action orders:GetOrdr does not exist.").waitFor({ state: "hidden" });
    await page.getByRole("button", { name: "Format" }).click();
    await page.getByRole("textbox", { name: "Policy document" }).focus();
    // Tab leads out of the editor.
    await page.keyboard.press("Tab");
    expect(await page.evaluate(() => document.activeElement?.shadowRoot ?? null)).toBeNull();
    await create.focus();
    await page.keyboard.press("Enter");
    await page.getByRole("dialog").getByText("Newly allows orders:GetOrder").first().waitFor();
    await page.getByRole("dialog").getByRole("button", { name: "Show as CLI" }).click();
    await page.getByText("aws iam create-policy").waitFor();
    await expectAccessible(page);
    await page.getByRole("dialog").getByRole("button", { name: "Create policy" }).click();
    await page.getByText("Created policy made.").first().waitFor();
    await page.getByRole("heading", { level: 1, name: "made" }).waitFor();
    expect((await inForce("made")).Statement.Action).toBe("orders:GetOrder");
  });

  it("saves a version after a look at the change, in words and side by side", async () => {
    const page = await console.open(address("reader"), { as: ROOT });
    await page.getByRole("link", { name: "Edit", exact: true }).click();
    await typeDocument(page, allow(["orders:GetOrder", "orders:DeleteOrder"]));
    await page.getByRole("button", { name: "Review and save" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByText(/Newly allows orders:DeleteOrder/).waitFor();
    await dialog.getByRole("textbox", { name: "After" }).waitFor();
    await expectAccessible(page);
    await dialog.getByRole("button", { name: "Save" }).click();
    await page
      .getByText(/^Saved policy /)
      .first()
      .waitFor();
    await page.getByRole("heading", { level: 1, name: "reader" }).waitFor();
    expect((await inForce("reader")).Statement.Action).toContain("orders:DeleteOrder");
  });

  it("overwrites nobody: a second editor sees both changes and decides", async () => {
    const first = await console.open(editing("shared"), { as: ROOT });
    await typeDocument(first, allow("orders:ListOrders"));
    const second = await console.open(editing("shared"), { as: ROOT });
    await typeDocument(second, allow("orders:CreateOrder"));
    const save = async (page: Page) => {
      await page.getByRole("button", { name: "Review and save" }).click();
      await page.getByRole("dialog").getByRole("button", { name: "Save" }).click();
    };
    await save(first);
    await first
      .getByText(/^Saved policy /)
      .first()
      .waitFor();
    await save(second);
    await second.getByText("Somebody else changed this meanwhile").waitFor();
    await second.getByRole("textbox", { name: "Yours" }).waitFor();
    expect((await inForce("shared")).Statement.Action).toBe("orders:ListOrders");
    await expectAccessible(second);
    await second.getByRole("button", { name: "Keep mine" }).click();
    await save(second);
    await second
      .getByText(/^Saved policy /)
      .first()
      .waitFor();
    expect((await inForce("shared")).Statement.Action).toBe("orders:CreateOrder");
  });

  it("is told by the server when another version comes between the look and the write", async () => {
    const { iam } = console.installation;
    await iam.send(new CreatePolicyCommand({ PolicyName: "race", PolicyDocument: allow("a:B") }));
    const page = await console.open(editing("race"), { as: ROOT });
    await typeDocument(page, allow("a:Mine"));
    // The other one writes just before this write arrives.
    await page.route("**/iam/", async (route) => {
      if (route.request().postData()?.includes("Action=CreatePolicyVersion") === true)
        await iam.send(
          new CreatePolicyVersionCommand({
            PolicyArn: arnOf("race"),
            PolicyDocument: allow("a:Theirs"),
            SetAsDefault: true,
          }),
        );
      await route.continue();
    });
    await page.getByRole("button", { name: "Review and save" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Save" }).click();
    await page.getByText("Somebody else changed this meanwhile").waitFor();
    expect((await inForce("race")).Statement.Action).toBe("a:Theirs");
    await page.getByRole("button", { name: "Take theirs" }).click();
    await page.getByRole("textbox", { name: "Policy document" }).getByText("a:Theirs").waitFor();
  });

  it("keeps what was typed through a reload", async () => {
    const page = await console.open(editing("reader"), { as: ROOT });
    await typeDocument(page, allow("orders:Typed"));
    await page.reload();
    await page.getByText("This is what you typed here before and did not save.").waitFor();
    await page.getByText("orders:Typed").first().waitFor();
    await page.getByRole("button", { name: "Discard it" }).click();
    await page.getByText("orders:Typed").first().waitFor({ state: "hidden" });
  });

  it("compares versions, sets the default, and deletes one", async () => {
    const { iam } = console.installation;
    const page = await console.open(`${address("versions")}?tab=versions`, { as: ROOT });
    await page.getByRole("checkbox", { name: "Select version v1" }).check();
    await page.getByRole("checkbox", { name: "Select version v2" }).check();
    await page.getByRole("heading", { name: "From v1 to v2" }).waitFor();
    await page.getByText(/Newly allows orders:DeleteOrder/).waitFor();
    await expectAccessible(page);
    await page.getByRole("checkbox", { name: "Select version v2" }).uncheck();
    await page.getByRole("button", { name: "Set as default" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByText(/No longer allows orders:DeleteOrder/).waitFor();
    await dialog.getByRole("button", { name: "Set as default" }).click();
    await page.getByText("Version v1 is in force.").first().waitFor();
    await page.getByRole("checkbox", { name: "Select version v2" }).check();
    await page.getByRole("button", { name: "Delete version" }).click();
    await dialog.getByRole("button", { name: "Delete" }).click();
    await page.getByText("Deleted version v2.").first().waitFor();
    const { Versions } = await iam.send(
      new ListPolicyVersionsCommand({ PolicyArn: arnOf("versions") }),
    );
    expect(Versions?.map(({ VersionId }) => VersionId)).toEqual(["v1"]);
  });

  it("makes room for a sixth version, and says which one goes", async () => {
    const page = await console.open(editing("full"), { as: ROOT });
    await typeDocument(page, allow("orders:Sixth"));
    await page.getByRole("button", { name: "Review and save" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByText("Delete version v1, the oldest: a policy has five at most.").waitFor();
    await dialog.getByRole("button", { name: "Save" }).click();
    await page
      .getByText(/^Saved policy /)
      .first()
      .waitFor();
    expect((await inForce("full")).Statement.Action).toBe("orders:Sixth");
  });

  it("is attached and detached, and its deletion tells who loses it", async () => {
    const { iam } = console.installation;
    await iam.send(new CreateUserCommand({ UserName: "ulla" }));
    const page = await console.open(`${address("going")}?tab=entities`, { as: ROOT });
    await page.getByRole("link", { name: "readers" }).waitFor();
    await page.getByRole("button", { name: "Attach", exact: true }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Users").check();
    await dialog.getByRole("button", { name: /Choose users/ }).click();
    await page.getByLabel("Find users by the beginning of their names").fill("ul");
    await page.getByRole("option", { name: "ulla" }).click();
    await page.keyboard.press("Escape");
    await dialog.getByRole("button", { name: "Attach", exact: true }).click();
    await page.getByText("Attached going to ulla.").first().waitFor();
    await page.getByRole("button", { name: "Detach from user ulla" }).click();
    await dialog.getByRole("button", { name: "Detach" }).click();
    await page.getByText("Detached going from ulla.").first().waitFor();
    await expectLoaded(page);
    await expectAccessible(page);
    const entities = await iam.send(
      new ListEntitiesForPolicyCommand({ PolicyArn: arnOf("going") }),
    );
    expect(entities.PolicyUsers).toEqual([]);
    await page.getByRole("button", { name: "Delete", exact: true }).click();
    await dialog.getByText("Detach it from group readers").first().waitFor();
    await page.getByLabel("To confirm, type going").fill("going");
    await dialog.getByRole("button", { name: "Delete", exact: true }).click();
    await page.getByText("Deleted policy going.").first().waitFor();
    await expect(iam.send(new GetPolicyCommand({ PolicyArn: arnOf("going") }))).rejects.toThrow(
      `Policy ${arnOf("going")} was not found.`,
    );
  });

  it("writes inline policies of users with the same editor", async () => {
    const { iam } = console.installation;
    const UserName = "inge";
    await iam.send(new CreateUserCommand({ UserName }));
    await iam.send(
      new PutUserPolicyCommand({ UserName, PolicyName: "own", PolicyDocument: allow("a:B") }),
    );
    const page = await console.open("/users/inge", { as: ROOT });
    await page.getByRole("link", { name: "own" }).click();
    await typeDocument(page, allow("a:Changed"));
    await page.getByRole("button", { name: "Review and save" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Save" }).click();
    await page.getByText("Saved inline policy own of user inge.").first().waitFor();
    const read = async (PolicyName: string) =>
      decodeURIComponent(
        (await iam.send(new GetUserPolicyCommand({ UserName, PolicyName }))).PolicyDocument ?? "",
      );
    expect(await read("own")).toContain("a:Changed");
    await page.getByRole("link", { name: "Create inline policy" }).click();
    await page.getByLabel("Policy name").fill("no spaces");
    await page.getByRole("button", { name: "Write the document" }).click();
    await page.getByText("A name has letters of the English alphabet").waitFor();
    await page.getByLabel("Policy name").fill("second");
    await page.getByRole("button", { name: "Write the document" }).click();
    await typeDocument(page, allow("a:Second"));
    await page.getByRole("button", { name: "Review and save" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Save" }).click();
    await page.getByText("Saved inline policy second of user inge.").first().waitFor();
    expect(await read("second")).toContain("a:Second");
  });

  it("names what may not be read or written", async () => {
    const reader = await console.makeUser("policy-reader");
    const list = await console.open("/policies", { as: reader });
    await list.getByText("You don't have permission: iam:ListPolicies").waitFor();
    const page = await console.open(editing("reader"), { as: reader });
    await page.getByText("You don't have permission: iam:GetPolicy").waitFor();
    const missing = await console.open(address("nothing"), { as: ROOT });
    await missing.getByText("Not found").first().waitFor();
    expect(await missing.getByRole("button", { name: "Delete" }).count()).toBe(0);
    await expectAccessible(missing);
  });
});
