import {
  AddUserToGroupCommand,
  CreateGroupCommand,
  CreateUserCommand,
  GetGroupCommand,
  GetGroupPolicyCommand,
  ListAttachedGroupPoliciesCommand,
  PutGroupPolicyCommand,
  PutUserPolicyCommand,
} from "@aws-sdk/client-iam";
import { expect, it } from "vitest";
import { expectAccessible, expectLoaded } from "./support/accessible.ts";
import { ROOT } from "./support/console.ts";
import { describeConsole } from "./support/describe-console.ts";

const allow = (Action: string | string[]) =>
  JSON.stringify({ Version: "2012-10-17", Statement: { Effect: "Allow", Action, Resource: "*" } });

const LONG = `${"x".repeat(60)}.${"y".repeat(60)}`;

describeConsole("groups in the console", (console) => {
  it("are created from the empty list by keyboard, with policies, and shown as CLI", async () => {
    const { iam } = console.installation;
    const page = await console.open("/groups", { as: ROOT });
    await page.getByText("This account has no groups.").waitFor();
    await page.getByRole("button", { name: "Create group" }).first().focus();
    await page.keyboard.press("Enter");
    await page.getByLabel("Group name").focus();
    await page.keyboard.type("a b");
    await page.keyboard.press("Enter");
    await page.getByText("A name has letters of the English alphabet").waitFor();
    await page.getByLabel("Group name").fill("readers");
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("button", { name: /Choose policies/ }).click();
    await page.getByLabel("Find policies").fill("IAMReadOnly");
    await page.getByRole("option", { name: /IAMReadOnlyAccess/ }).click();
    await page.keyboard.press("Escape");
    await dialog.getByRole("button", { name: "Show as CLI" }).click();
    await dialog.getByText(/aws iam attach-group-policy/).waitFor();
    await expectAccessible(page);
    await dialog.getByRole("button", { name: "Create group" }).click();
    await page.getByText("Created group readers.").first().waitFor();
    await page.getByRole("heading", { level: 1, name: "readers" }).waitFor();
    await page.getByText("This group has no users.").waitFor();
    const { AttachedPolicies } = await iam.send(
      new ListAttachedGroupPoliciesCommand({ GroupName: "readers" }),
    );
    expect(AttachedPolicies?.map(({ PolicyName }) => PolicyName)).toEqual(["IAMReadOnlyAccess"]);
    // A name that is taken is refused in AWS's words, and the form stays.
    const again = await console.open("/groups", { as: ROOT });
    await again.getByRole("button", { name: "Create group" }).click();
    await again.getByLabel("Group name").fill("Readers");
    await again.getByRole("dialog").getByRole("button", { name: "Create group" }).click();
    await again.getByText("Group with name Readers already exists.").waitFor();
    expect(await again.getByLabel("Group name").inputValue()).toBe("Readers");
  });

  it("take users in, let them go, and change their name", async () => {
    const { iam } = console.installation;
    await iam.send(new CreateGroupCommand({ GroupName: "staff" }));
    for (const UserName of ["ada", "adam", "bob"])
      await iam.send(new CreateUserCommand({ UserName }));
    const page = await console.open("/groups/staff", { as: ROOT });
    await page.getByRole("button", { name: "Add users" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("button", { name: /Choose users/ }).click();
    await page.getByLabel("Find users by the beginning of their names").fill("ad");
    // The server finds by the beginning of the name.
    await expect.poll(() => page.getByRole("option").allInnerTexts()).toEqual(["ada", "adam"]);
    await page.getByRole("option", { name: "ada", exact: true }).click();
    await page.getByRole("option", { name: "adam" }).click();
    await page.keyboard.press("Escape");
    await dialog.getByRole("button", { name: "Add", exact: true }).click();
    await page.getByText("Added ada, adam.").first().waitFor();
    await page.getByRole("checkbox", { name: "Select ada", exact: true }).check();
    await page.getByRole("button", { name: "Remove", exact: true }).click();
    await dialog.getByRole("button", { name: "Remove", exact: true }).click();
    await page.getByText("Removed ada.").first().waitFor();
    const { Users } = await iam.send(new GetGroupCommand({ GroupName: "staff" }));
    expect(Users?.map(({ UserName }) => UserName)).toEqual(["adam"]);
    await page.getByRole("button", { name: "Rename" }).click();
    await page.getByLabel("Group name").fill(LONG);
    await dialog.getByRole("button", { name: "Save" }).click();
    await page.getByRole("heading", { level: 1, name: LONG }).waitFor();
    await expectLoaded(page);
    await expectAccessible(page);
    await page.setViewportSize({ width: 320, height: 640 });
    const overflow = () =>
      document.documentElement.scrollWidth - document.documentElement.clientWidth;
    expect(await page.evaluate(overflow)).toBe(0);
  });

  it("have attached and inline policies, and one of these never overwrites another's", async () => {
    const { iam } = console.installation;
    const GroupName = "editors";
    await iam.send(new CreateGroupCommand({ GroupName }));
    const page = await console.open("/groups/editors?tab=permissions", { as: ROOT });
    await page.getByText("No policy is attached.").waitFor();
    await page.getByText("No inline policy.").waitFor();
    await page.getByRole("link", { name: "Create inline policy" }).click();
    await page.getByLabel("Policy name").fill("own");
    await page.getByRole("button", { name: "Write the document" }).click();
    const editor = page.getByRole("textbox", { name: "Policy document" });
    await editor.click();
    await page.keyboard.press("ControlOrMeta+A");
    await page.keyboard.insertText(allow("a:Mine"));
    // Somebody else makes one of the same name meanwhile.
    await iam.send(
      new PutGroupPolicyCommand({ GroupName, PolicyName: "own", PolicyDocument: allow("a:B") }),
    );
    await page.getByRole("button", { name: "Review and save" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Save" }).click();
    await page.getByText("Somebody else changed this meanwhile").waitFor();
    const { PolicyDocument = "" } = await iam.send(
      new GetGroupPolicyCommand({ GroupName, PolicyName: "own" }),
    );
    expect(decodeURIComponent(PolicyDocument)).toBe(allow("a:B"));
    await page.getByRole("button", { name: "Keep mine" }).click();
    await page.getByRole("button", { name: "Review and save" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Save" }).click();
    await page.getByText("Saved inline policy own of group editors.").first().waitFor();
    await page.getByRole("tab", { name: "Permissions" }).click();
    await page.getByRole("button", { name: "Delete own" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
    await page.getByText("Deleted inline policy own.").first().waitFor();
  });

  it("are deleted with all that belongs to them", async () => {
    const { iam } = console.installation;
    const GroupName = "leaving";
    await iam.send(new CreateGroupCommand({ GroupName }));
    await iam.send(new CreateUserCommand({ UserName: "lea" }));
    await iam.send(new AddUserToGroupCommand({ GroupName, UserName: "lea" }));
    await iam.send(
      new PutGroupPolicyCommand({ GroupName, PolicyName: "p", PolicyDocument: allow("a:B") }),
    );
    const page = await console.open("/groups", { as: ROOT });
    await page.getByRole("radio", { name: "Select leaving" }).check();
    await page.getByRole("button", { name: "Delete", exact: true }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByText("Remove user lea").first().waitFor();
    await dialog.getByText("Delete inline policy p").first().waitFor();
    await page.getByLabel("To confirm, type leaving").fill("leaving");
    await expectAccessible(page);
    await dialog.getByRole("button", { name: "Delete", exact: true }).click();
    await page.getByText("Deleted group leaving.").first().waitFor();
    await expect(iam.send(new GetGroupCommand({ GroupName }))).rejects.toThrow(
      "The group with name leaving cannot be found.",
    );
  });

  it("name what may not be read: a person who may list sees the list alone", async () => {
    const { iam } = console.installation;
    const reader = await console.makeUser("lister");
    await iam.send(
      new PutUserPolicyCommand({
        UserName: "lister",
        PolicyName: "list",
        PolicyDocument: allow("iam:ListGroups"),
      }),
    );
    const page = await console.open("/groups", { as: reader });
    await page.getByRole("link", { name: "readers" }).click();
    await page.getByText("You don't have permission: iam:GetGroup").first().waitFor();
    expect(await page.getByText("This group has no users.").count()).toBe(0);
    await page.getByRole("tab", { name: "Permissions" }).click();
    await page.getByText("You don't have permission: iam:ListGroupPolicies").waitFor();
    await expectAccessible(page);
    const missing = await console.open("/groups/none", { as: ROOT });
    await missing.getByText("The group with name none cannot be found.").waitFor();
  });
});
