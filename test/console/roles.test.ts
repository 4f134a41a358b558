import {
  CreateAccessKeyCommand,
  CreateOpenIDConnectProviderCommand,
  CreateRoleCommand,
  CreateUserCommand,
  GetRoleCommand,
  ListUsersCommand,
  PutRolePolicyCommand,
  PutUserPolicyCommand,
  UpdateAssumeRolePolicyCommand,
} from "@aws-sdk/client-iam";
import { AssumeRoleCommand } from "@aws-sdk/client-sts";
import { beforeAll, expect, it } from "vitest";
import { expectAccessible, expectLoaded } from "./support/accessible.ts";
import { ROOT } from "./support/console.ts";
import { describeConsole } from "./support/describe-console.ts";

const document = (statement: object) =>
  JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", ...statement }] });

describeConsole("roles in the console", (console) => {
  const userArn = (name: string) => `arn:aws:iam::${console.installation.account}:user/${name}`;
  const accountTrust = () =>
    document({
      Principal: { AWS: `arn:aws:iam::${console.installation.account}:root` },
      Action: "sts:AssumeRole",
    });
  const trustOf = async (RoleName: string) => {
    const { Role } = await console.installation.iam.send(new GetRoleCommand({ RoleName }));
    return JSON.parse(decodeURIComponent(Role?.AssumeRolePolicyDocument ?? "")).Statement[0];
  };

  beforeAll(async () => {
    const { iam } = console.installation;
    for (const UserName of ["able", "unable", "conditional"])
      await iam.send(new CreateUserCommand({ UserName }));
    const assume = (condition: object) =>
      document({ Action: "sts:AssumeRole", Resource: "*", ...condition });
    const put = (UserName: string, PolicyDocument: string) =>
      iam.send(new PutUserPolicyCommand({ UserName, PolicyName: "assume", PolicyDocument }));
    await put("able", assume({}));
    await put(
      "conditional",
      assume({ Condition: { Bool: { "aws:MultiFactorAuthPresent": "true" } } }),
    );
    await iam.send(
      new CreateRoleCommand({ RoleName: "auditor", AssumeRolePolicyDocument: accountTrust() }),
    );
  });

  it("are created by the wizard for another account, with external ID, MFA and 12 hours", async () => {
    const { iam } = console.installation;
    const page = await console.open("/create-role", { as: ROOT });
    const next = page.getByRole("button", { name: "Next", exact: true });
    await page.getByLabel("Account or principal").fill("12");
    await next.click();
    await page.getByText("Enter 12 digits, or the ARN of a user or role.").first().waitFor();
    await page.getByLabel("Account or principal").fill("111122223333");
    await page.getByLabel("External ID (optional)").fill("acme-7");
    await page.getByLabel("Require MFA").check();
    await page.getByText('"sts:ExternalId": "acme-7"').waitFor();
    await expectAccessible(page);
    await next.click();
    await page.getByRole("button", { name: /Choose policies/ }).click();
    await page.getByRole("combobox", { name: "Find policies" }).first().fill("IAMReadOnly");
    await page.getByRole("option", { name: /IAMReadOnlyAccess/ }).click();
    await page.keyboard.press("Escape");
    await next.click();
    await next.click();
    await page.getByText("Enter a name.").waitFor();
    await page.getByLabel("Role name").fill("partner");
    await page.getByRole("button", { name: /Longest session/ }).click();
    await page.getByRole("option", { name: "12 hours" }).click();
    await next.click();
    await page.getByRole("button", { name: "Show as CLI" }).click();
    await page.getByText(/aws iam create-role/).waitFor();
    await expectAccessible(page);
    await page.getByRole("button", { name: "Create role" }).click();
    await page.getByText("Created role partner.").first().waitFor();
    await page.getByRole("link", { name: "IAMReadOnlyAccess" }).waitFor();
    const { Role } = await iam.send(new GetRoleCommand({ RoleName: "partner" }));
    expect(Role?.MaxSessionDuration).toBe(43_200);
    expect(await trustOf("partner")).toEqual({
      Effect: "Allow",
      Principal: { AWS: "arn:aws:iam::111122223333:root" },
      Action: "sts:AssumeRole",
      Condition: {
        StringEquals: { "sts:ExternalId": "acme-7" },
        Bool: { "aws:MultiFactorAuthPresent": "true" },
      },
    });
  });

  it("are created for a web identity of a provider, and with a trust policy of one's own", async () => {
    const { iam } = console.installation;
    await iam.send(
      new CreateOpenIDConnectProviderCommand({
        Url: "https://id.example.com",
        ClientIDList: ["shop"],
      }),
    );
    const page = await console.open("/create-role", { as: ROOT });
    const next = page.getByRole("button", { name: "Next", exact: true });
    await page.getByLabel("Web identity").check();
    await next.click();
    await page.getByText("Choose a provider.").first().waitFor();
    await page.getByRole("button", { name: /Identity provider/ }).click();
    await page.getByRole("option", { name: "id.example.com" }).click();
    await page.getByLabel("Audience").fill("shop");
    await page.getByLabel("Subject (optional)").fill("repo:acme/*");
    await page.getByText('"id.example.com:sub": "repo:acme/*"').waitFor();
    await page.getByLabel("Custom").check();
    // The custom document begins with what the form has made.
    const editor = page.getByRole("textbox", { name: "Trust policy" });
    await editor.getByText("sts:AssumeRoleWithWebIdentity").waitFor();
    await editor.click();
    await page.keyboard.press("ControlOrMeta+A");
    await page.keyboard.insertText(document({ Principal: { AWS: "*" }, Action: "s3:GetObject" }));
    await page.getByText("the server will not accept this document").waitFor();
    await next.click();
    await page.getByText("The server does not accept this trust policy.").waitFor();
    await page.keyboard.press("Escape");
    await page.getByLabel("Web identity").check();
    await page.getByRole("button", { name: /Identity provider/ }).click();
    await page.getByRole("option", { name: "id.example.com" }).click();
    await page.getByLabel("Audience").fill("shop");
    for (let step = 0; step < 2; step++) await next.click();
    await page.getByLabel("Role name").fill("deployer");
    await next.click();
    await page.getByText("This role has no permissions.").waitFor();
    await page.getByRole("button", { name: "Create role" }).click();
    await page.getByText("Created role deployer.").first().waitFor();
    expect((await trustOf("deployer")).Condition).toEqual({
      StringEquals: { "id.example.com:aud": "shop" },
      StringLike: { "id.example.com:sub": "repo:acme/*" },
    });
  });

  it("tell who may assume them, as the engine decides it", async () => {
    const page = await console.open("/roles/auditor?tab=trust", { as: ROOT });
    const table = page.getByRole("table", { name: "Who may assume it" });
    const row = (name: string) => table.getByRole("row").filter({ hasText: name });
    await row("able").first().waitFor();
    expect(await row("conditional").innerText()).toContain("Depends on aws:MultiFactorAuthPresent");
    expect(await row("unable").count()).toBe(0);
    await page.getByText(/Of all \d+ users and roles/).waitFor();
    await expectAccessible(page);
    await page.getByRole("link", { name: "Edit trust policy" }).click();
    const editor = page.getByRole("textbox", { name: "Policy document" });
    await editor.click();
    await page.keyboard.press("ControlOrMeta+A");
    await page.keyboard.insertText(
      document({ Principal: { AWS: userArn("unable") }, Action: "sts:AssumeRole" }),
    );
    await page.getByRole("button", { name: "Review and save" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Save" }).click();
    await page.getByText("Saved the trust policy of auditor.").first().waitFor();
    await row("unable").waitFor();
    expect(await row("conditional").count()).toBe(0);
  });

  it("don't lose a trust policy that somebody else writes meanwhile", async () => {
    const { iam } = console.installation;
    const RoleName = "contested";
    await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: accountTrust() }));
    const page = await console.open("/edit-document?of=trust&name=contested", { as: ROOT });
    const editor = page.getByRole("textbox", { name: "Policy document" });
    await editor.click();
    await page.keyboard.press("ControlOrMeta+A");
    await page.keyboard.insertText(
      document({ Principal: { AWS: userArn("able") }, Action: "sts:AssumeRole" }),
    );
    await iam.send(
      new UpdateAssumeRolePolicyCommand({
        RoleName,
        PolicyDocument: document({
          Principal: { AWS: userArn("unable") },
          Action: "sts:AssumeRole",
        }),
      }),
    );
    await page.getByRole("button", { name: "Review and save" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Save" }).click();
    await page.getByText("Somebody else changed this meanwhile").waitFor();
    expect((await trustOf(RoleName)).Principal.AWS).toBe(userArn("unable"));
    await expectAccessible(page);
  });

  it("have their sessions revoked, and the revocation lifted", async () => {
    const { iam, stsAs, iamAs } = console.installation;
    const RoleName = "busy";
    await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: accountTrust() }));
    await iam.send(
      new PutRolePolicyCommand({
        RoleName,
        PolicyName: "list",
        PolicyDocument: document({ Action: "iam:ListUsers", Resource: "*" }),
      }),
    );
    const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: "able" }));
    const { Credentials } = await stsAs({
      accessKeyId: AccessKey?.AccessKeyId ?? "",
      secretAccessKey: AccessKey?.SecretAccessKey ?? "",
    }).send(
      new AssumeRoleCommand({
        RoleArn: `arn:aws:iam::${console.installation.account}:role/busy`,
        RoleSessionName: "session",
      }),
    );
    const session = iamAs({
      accessKeyId: Credentials?.AccessKeyId ?? "",
      secretAccessKey: Credentials?.SecretAccessKey ?? "",
      sessionToken: Credentials?.SessionToken ?? "",
    });
    await session.send(new ListUsersCommand({}));
    // The session's issue time has whole seconds.
    await new Promise((resolve) => setTimeout(resolve, 1100));
    const page = await console.open("/roles/busy?tab=sessions", { as: ROOT });
    await page.getByText("No session is revoked.").waitFor();
    await page.getByRole("button", { name: "Revoke active sessions" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("button", { name: "Show as CLI" }).click();
    await dialog.getByText(/aws:TokenIssueTime/).waitFor();
    await expectAccessible(page);
    await dialog.getByRole("button", { name: "Revoke" }).click();
    await page.getByText(/^Sessions that began before/).waitFor();
    await expect(session.send(new ListUsersCommand({}))).rejects.toThrow(
      "with an explicit deny in an identity-based policy",
    );
    await page.getByRole("button", { name: "Change", exact: true }).click();
    await dialog.getByRole("button", { name: /Longest session/ }).click();
    await page.getByRole("option", { name: "4 hours" }).click();
    await dialog.getByRole("button", { name: "Save" }).click();
    await page.getByText("4 hours", { exact: true }).waitFor();
    await page.getByRole("button", { name: "Lift", exact: true }).click();
    await dialog.getByRole("button", { name: "Lift" }).click();
    await page.getByText("No session is revoked.").waitFor();
    await session.send(new ListUsersCommand({}));
  });

  it("have a boundary, tags and a description, and are deleted by name", async () => {
    const { iam } = console.installation;
    const RoleName = `${"long".repeat(15)}.end`;
    await iam.send(
      new CreateRoleCommand({
        RoleName,
        AssumeRolePolicyDocument: accountTrust(),
        Description: "<img src=x> ÿ",
      }),
    );
    const page = await console.open(`/roles/${RoleName}`, { as: ROOT });
    const dialog = page.getByRole("dialog");
    await page.getByText("<img src=x> ÿ").waitFor();
    await page.getByRole("button", { name: "Change boundary" }).click();
    await dialog.getByRole("button", { name: /Permissions boundary/ }).click();
    await page.getByRole("combobox", { name: "Find policies" }).first().fill("IAMReadOnly");
    await page.getByRole("option", { name: /IAMReadOnlyAccess/ }).click();
    await dialog.getByRole("button", { name: "Save" }).click();
    await page.getByRole("link", { name: "IAMReadOnlyAccess" }).waitFor();
    await page.getByRole("button", { name: "Change description" }).click();
    await dialog.getByLabel("Description").fill("for audits");
    await dialog.getByRole("button", { name: "Save" }).click();
    await page.getByText("for audits").waitFor();
    await page.getByRole("tab", { name: "Tags" }).click();
    await page.getByText("No tags.").waitFor();
    await expectLoaded(page);
    await expectAccessible(page);
    await page.getByRole("button", { name: "Delete", exact: true }).click();
    await dialog.getByLabel(`To confirm, type ${RoleName}`).fill(RoleName);
    await dialog.getByRole("button", { name: "Delete", exact: true }).click();
    await page.getByText(`Deleted role ${RoleName}.`).first().waitFor();
    expect(new URL(page.url()).pathname).toBe("/console/roles");
    await expect(iam.send(new GetRoleCommand({ RoleName }))).rejects.toThrow(
      `The role with name ${RoleName} cannot be found.`,
    );
  });

  it("name what may not be read", async () => {
    const reader = await console.makeUser("role-reader");
    await console.installation.iam.send(
      new PutUserPolicyCommand({
        UserName: "role-reader",
        PolicyName: "read",
        PolicyDocument: document({ Action: "iam:GetRole", Resource: "*" }),
      }),
    );
    const page = await console.open("/roles/auditor?tab=trust", { as: reader });
    await page.getByText('"sts:AssumeRole"').waitFor();
    await page.getByText("You don't have permission: iam:GetAccountAuthorizationDetails").waitFor();
    await expectAccessible(page);
    const list = await console.open("/roles", { as: reader });
    await list.getByText("You don't have permission: iam:ListRoles").waitFor();
  });
});
