import {
  AddUserToGroupCommand,
  AttachGroupPolicyCommand,
  AttachUserPolicyCommand,
  CreateAccessKeyCommand,
  CreateGroupCommand,
  CreatePolicyCommand,
  CreateUserCommand,
  GetUserCommand,
  ListAccessKeysCommand,
  ListMFADevicesCommand,
  ListUserPoliciesCommand,
  ListUsersCommand,
  PutUserPermissionsBoundaryCommand,
  PutUserPolicyCommand,
} from "@aws-sdk/client-iam";
import { Secret, TOTP } from "otpauth";
import { beforeAll, expect, it } from "vitest";
import { expectAccessible, expectLoaded } from "./support/accessible.ts";
import { PASSWORD, ROOT } from "./support/console.ts";
import { describeConsole } from "./support/describe-console.ts";

const READ_ONLY = "arn:aws:iam::aws:policy/IAMReadOnlyAccess";

const allow = (Action: string | readonly string[]) =>
  JSON.stringify({ Version: "2012-10-17", Statement: { Effect: "Allow", Action, Resource: "*" } });

describeConsole("a user in the console", (console) => {
  beforeAll(async () => {
    const { iam } = console.installation;
    for (const UserName of ["ana", "ben", "cleo", "dana", "emil"])
      await iam.send(new CreateUserCommand({ UserName }));
    await iam.send(new CreateGroupCommand({ GroupName: "readers" }));
    await iam.send(new AttachGroupPolicyCommand({ GroupName: "readers", PolicyArn: READ_ONLY }));
    await iam.send(new AddUserToGroupCommand({ GroupName: "readers", UserName: "ana" }));
    await iam.send(
      new PutUserPolicyCommand({
        UserName: "ana",
        PolicyName: "orders",
        PolicyDocument: allow(["orders:GetOrder", "orders:DeleteOrder"]),
      }),
    );
    const { Policy } = await iam.send(
      new CreatePolicyCommand({
        PolicyName: "limit",
        PolicyDocument: allow(["iam:*", "orders:Get*"]),
      }),
    );
    await iam.send(
      new PutUserPermissionsBoundaryCommand({
        UserName: "ana",
        PermissionsBoundary: Policy?.Arn,
      }),
    );
  });

  it("shows each permission with its origin and what the boundary leaves of it", async () => {
    const page = await console.open("/users/ana", { as: ROOT });
    const effective = page.getByRole("table", { name: "Effective permissions" });
    const row = (text: string) => effective.getByRole("row").filter({ hasText: text });
    await row("iam:Get*").waitFor();
    expect(await row("iam:Get*").innerText()).toContain("IAMReadOnlyAccess, by group readers");
    expect(await row("iam:Get*").innerText()).toContain("Not cut");
    expect(await row("orders:GetOrder").innerText()).toContain("orders, direct");
    expect(await row("orders:GetOrder").innerText()).toContain("Cut in part");
    await page.getByLabel("Find statements by action").fill("orders:DeleteOrder");
    await expect.poll(() => row("iam:Get*").count()).toBe(0);
    await page.getByLabel("Find statements by action").fill("s3:GetObject");
    await page.getByText("No statement is about s3:GetObject.").waitFor();
    await expectAccessible(page);
  });

  it("copies all that another user has, the boundary too", async () => {
    const { iam } = console.installation;
    const page = await console.open("/users/ben", { as: ROOT });
    await page.getByText("This user has no permissions.").waitFor();
    await page.getByRole("button", { name: "Add permissions" }).click();
    await page.getByLabel("Copy from a user").check();
    await page.getByLabel("User to copy from").fill("ana");
    await page.getByRole("button", { name: "Read permissions" }).click();
    await page.getByText("Boundary: limit").waitFor();
    await expectAccessible(page);
    await page.getByRole("dialog").getByRole("button", { name: "Add permissions" }).click();
    await page.getByText("Added permissions to ben.").first().waitFor();
    const { User } = await iam.send(new GetUserCommand({ UserName: "ben" }));
    expect(User?.PermissionsBoundary?.PermissionsBoundaryArn).toMatch(/policy\/limit$/);
    const { PolicyNames } = await iam.send(new ListUserPoliciesCommand({ UserName: "ben" }));
    expect(PolicyNames).toEqual(["orders"]);
    await page.getByRole("link", { name: "IAMReadOnlyAccess" }).waitFor();
  });

  it("takes a policy away, and leaves a group", async () => {
    const { iam } = console.installation;
    await iam.send(new AttachUserPolicyCommand({ UserName: "emil", PolicyArn: READ_ONLY }));
    await iam.send(new AddUserToGroupCommand({ UserName: "emil", GroupName: "readers" }));
    const page = await console.open("/users/emil", { as: ROOT });
    await page.getByRole("button", { name: "Detach IAMReadOnlyAccess" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Detach" }).click();
    await page.getByText("Detached IAMReadOnlyAccess.").first().waitFor();
    await page.getByRole("tab", { name: "Groups" }).click();
    await page.getByRole("button", { name: "Remove from group readers" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Remove" }).click();
    await page.getByText("This user is in no group.").waitFor();
    await expectAccessible(page);
  });

  it("enrols an MFA device with a QR code, its seed behind a click, and two codes", async () => {
    const { iam } = console.installation;
    const page = await console.open("/users/cleo?tab=credentials", { as: ROOT });
    await page.getByRole("button", { name: "Assign MFA device" }).click();
    await page.getByRole("button", { name: "Next" }).click();
    const code = page.getByAltText("QR code of the MFA device");
    await code.waitFor();
    // The picture is there, not only its place.
    expect(await code.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBeGreaterThan(
      50,
    );
    const seed = page.getByText(/^[A-Z2-7]{32,}$/);
    expect(await seed.count()).toBe(0);
    await page.getByRole("button", { name: "Show the seed" }).click();
    const totp = new TOTP({ secret: Secret.fromBase32((await seed.first().innerText()).trim()) });
    await expectAccessible(page);
    await page.getByRole("button", { name: "Assign", exact: true }).click();
    await page.getByText("Enter two codes of six digits").waitFor();
    const enter = async (first: string, second: string) => {
      await page.getByLabel("MFA code 1").fill(first);
      await page.getByLabel("MFA code 2").fill(second);
      await page.getByRole("button", { name: "Assign", exact: true }).click();
    };
    await enter("000000", "000000");
    await page.getByText("Authentication code for device is not valid.").waitFor();
    const now = Date.now();
    await enter(totp.generate({ timestamp: now - 30_000 }), totp.generate({ timestamp: now }));
    await page.getByText("cleo signs in with a code from now on.").waitFor();
    const { MFADevices } = await iam.send(new ListMFADevicesCommand({ UserName: "cleo" }));
    expect(MFADevices).toHaveLength(1);
    // What was begun and not finished leaves nothing behind.
    await page.getByRole("button", { name: "Assign MFA device" }).click();
    await page.getByLabel("Device name").fill("second");
    await page.getByRole("button", { name: "Next" }).click();
    await code.waitFor();
    const deleted = page.waitForResponse("**/iam/");
    await page.getByRole("button", { name: "Cancel" }).click();
    expect((await deleted).status()).toBe(200);
  });

  it("guides the rotation of an access key", async () => {
    const { iam, iamAs } = console.installation;
    await iam.send(
      new PutUserPolicyCommand({
        UserName: "dana",
        PolicyName: "read",
        PolicyDocument: allow("iam:ListUsers"),
      }),
    );
    const { AccessKey: old } = await iam.send(new CreateAccessKeyCommand({ UserName: "dana" }));
    const page = await console.open("/users/dana?tab=credentials", { as: ROOT });
    await page.getByRole("button", { name: `Rotate ${old?.AccessKeyId}` }).click();
    await page.getByRole("button", { name: "Create the new key" }).click();
    await page.getByRole("button", { name: "Show secrets" }).click();
    const texts = await page.getByRole("dialog").innerText();
    const [accessKeyId = ""] =
      /AKIA\w{12,}(?!.*Rotate)/.exec(texts.split("Access key ID")[1] ?? "") ?? [];
    const secretAccessKey = (texts.split("Secret access key")[1] ?? "").trim().split("\n")[0] ?? "";
    await expectAccessible(page);
    await iamAs({ accessKeyId, secretAccessKey: secretAccessKey.trim() }).send(
      new ListUsersCommand({}),
    );
    // The use shows once the log is read.
    const lookAgain = page.getByRole("button", { name: "Look again" });
    await expect
      .poll(
        async () => {
          if (await lookAgain.isVisible()) await lookAgain.click();
          return page
            .getByRole("button", { name: "Deactivate the old key", exact: true })
            .isVisible();
        },
        { timeout: 30_000, interval: 500 },
      )
      .toBe(true);
    await page.getByRole("button", { name: "Deactivate the old key", exact: true }).click();
    await page.getByRole("button", { name: "Delete the old key" }).click();
    await expect
      .poll(
        async () =>
          (await iam.send(new ListAccessKeysCommand({ UserName: "dana" }))).AccessKeyMetadata,
      )
      .toMatchObject([{ AccessKeyId: accessKeyId, Status: "Active" }]);
  });

  it("sets a password, shows which services were used, and takes unused policies away", async () => {
    const { iam } = console.installation;
    await iam.send(new CreateUserCommand({ UserName: "finn" }));
    await iam.send(new AttachUserPolicyCommand({ UserName: "finn", PolicyArn: READ_ONLY }));
    const page = await console.open("/users/finn?tab=credentials", { as: ROOT });
    await page.getByRole("button", { name: "Enable sign-in" }).click();
    await page.getByLabel("Type one").check();
    await page.getByRole("button", { name: "Set password" }).click();
    await page.getByText("Enter a password.").waitFor();
    await page.getByLabel("New password").fill(PASSWORD);
    await page.getByRole("button", { name: "Set password" }).click();
    await page.getByText("Set the password of finn.").waitFor();
    await page.getByRole("tab", { name: "Last accessed" }).click();
    await page.getByRole("button", { name: "Take away IAMReadOnlyAccess" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Take away" }).click();
    await page.getByText("Took IAMReadOnlyAccess away from finn.").first().waitFor();
    await expectLoaded(page);
    await expectAccessible(page);
  });

  it("keeps tags, renames, and deletes with all that belongs to the user", async () => {
    const { iam } = console.installation;
    await console.makeUser("gus");
    await iam.send(new CreateAccessKeyCommand({ UserName: "gus" }));
    await iam.send(new AddUserToGroupCommand({ UserName: "gus", GroupName: "readers" }));
    const page = await console.open("/users/gus?tab=tags", { as: ROOT });
    await page.getByRole("button", { name: "Edit tags" }).click();
    await page.getByRole("button", { name: "Add a tag" }).click();
    await page.getByLabel("Key 1").fill("aws:x");
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText("Keys must not begin with aws:").waitFor();
    await page.getByLabel("Key 1").fill("צוות");
    await page.getByLabel("Value 1").fill("=1+1 @x");
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText("Saved the tags of gus.").first().waitFor();
    await page.getByText("צוות").first().waitFor();
    await page.getByRole("button", { name: "Rename" }).click();
    await page.getByLabel("User name").fill("gustav");
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByRole("heading", { level: 1, name: "gustav" }).waitFor();
    await page.getByRole("button", { name: "Delete", exact: true }).click();
    await page.getByText("Remove from group readers").first().waitFor();
    await page
      .getByText(/Delete access key AKIA/)
      .first()
      .waitFor();
    const confirm = page.getByRole("dialog").getByRole("button", { name: "Delete", exact: true });
    expect(await confirm.isDisabled()).toBe(true);
    await page.getByLabel("To confirm, type gustav").fill("gustav");
    await expectAccessible(page);
    await confirm.click();
    await page.getByText("Deleted user gustav.").first().waitFor();
    expect(new URL(page.url()).pathname).toBe("/console/users");
    await expect(iam.send(new GetUserCommand({ UserName: "gustav" }))).rejects.toThrow(
      "The user with name gustav cannot be found.",
    );
  });

  it("says that a user does not exist, and names what may not be read of one", async () => {
    const page = await console.open("/users/nobody", { as: ROOT });
    await page.getByText("The user with name nobody cannot be found.").waitFor();
    const reader = await console.makeUser("reader");
    const denied = await console.open("/users/ana", { as: reader });
    for (const action of ["iam:GetUser", "iam:ListAttachedUserPolicies", "iam:ListGroupsForUser"])
      await denied.getByText(`You don't have permission: ${action}`).first().waitFor();
    // What can't be read is not told to be empty.
    for (const claim of ["This user has no permissions.", "No boundary", "No policy applies"])
      expect(await denied.getByText(claim).count()).toBe(0);
    await denied.getByText("Not known: the policies can't be read.").waitFor();
    await expectAccessible(denied);
  });
});
