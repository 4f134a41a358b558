import { readFile } from "node:fs/promises";
import {
  AttachGroupPolicyCommand,
  CreateGroupCommand,
  CreateUserCommand,
  GetUserCommand,
  ListAttachedUserPoliciesCommand,
  ListGroupsForUserCommand,
  PutUserPolicyCommand,
} from "@aws-sdk/client-iam";
import { beforeAll, expect, it } from "vitest";
import { parseCsv } from "../../packages/console/src/api/parse-csv.ts";
import { expectAccessible, expectLoaded } from "./support/accessible.ts";
import { ROOT } from "./support/console.ts";
import { describeConsole } from "./support/describe-console.ts";
import { signInByForm } from "./support/sign-in-form.ts";

/** As long as a name may be, without a place to break it. */
const LONG = "x".repeat(64);

describeConsole("users in the console", (console) => {
  beforeAll(async () => {
    const { iam } = console.installation;
    for (const UserName of ["=cmd|calc", "zoe", LONG].filter((name) => !name.includes("|")))
      await iam.send(new CreateUserCommand({ UserName }));
    for (let at = 0; at < 60; at++)
      await iam.send(new CreateUserCommand({ UserName: `user-${at}` }));
    await iam.send(new CreateGroupCommand({ GroupName: "readers" }));
    await iam.send(
      new AttachGroupPolicyCommand({
        GroupName: "readers",
        PolicyArn: "arn:aws:iam::aws:policy/IAMReadOnlyAccess",
      }),
    );
  });

  it("lists 50 a page, sorted, and searches all that is loaded", async () => {
    const page = await console.open("/users", { as: ROOT });
    await page.getByRole("heading", { name: "Users (62)" }).waitFor();
    const rows = page.getByRole("row");
    await rows.nth(50).waitFor();
    expect(await rows.count()).toBe(51);
    await page.getByRole("button", { name: "Next page" }).click();
    await page.getByRole("link", { name: LONG }).waitFor();
    expect(await rows.count()).toBe(13);
    await page.getByPlaceholder("Find users").fill("USER-4");
    await page.getByText("11 matches").first().waitFor();
    expect(await rows.count()).toBe(12);
    // The address holds the search.
    await page.waitForURL("**/users?q=USER-4");
    await page.reload();
    await page.getByText("11 matches").first().waitFor();
    await page.getByPlaceholder("Find users").fill("nobody");
    await page.getByText("No match.").waitFor();
    await expectAccessible(page);
  });

  it("creates a user without permissions only after a warning, and shows the secrets once", async () => {
    const { iam } = console.installation;
    const page = await console.open("/users", { as: ROOT });
    await page.getByRole("link", { name: "Create users" }).click();
    await page.getByRole("button", { name: "Next", exact: true }).click();
    await page.getByText("Enter a name.").waitFor();
    await page.getByLabel("User names").fill("ana banana");
    await page.getByText(/A name has letters of the English alphabet/).waitFor();
    await page.getByLabel("User names").fill("ana");
    await page.getByLabel("Access key").check();
    await page.getByRole("button", { name: "Next", exact: true }).click();
    await page.getByLabel("Add to groups").waitFor();
    await expectLoaded(page);
    await expectAccessible(page);
    await page.getByRole("button", { name: "Next", exact: true }).click();
    await page.getByText("This user has no permissions").waitFor();
    await page.getByRole("button", { name: "Show as CLI" }).click();
    const cli = await page.getByRole("group", { name: "Command" }).innerText();
    expect(cli).toContain("aws iam create-user \\\n  --user-name ana");
    expect(cli).toContain('--password "$PASSWORD"');
    await expectAccessible(page);
    await page.getByRole("button", { name: "Create user" }).click();
    await page.getByRole("heading", { level: 1, name: "User ana is created" }).waitFor();
    await expectAccessible(page);

    const download = page.waitForEvent("download");
    await page.getByRole("button", { name: "Download .csv" }).click();
    const csv = await readFile(await (await download).path(), "utf8");
    const [columns, row] = parseCsv(csv);
    expect(columns?.join()).toBe(
      "User name,Password,Access key ID,Secret access key,Console sign-in URL",
    );
    const [name, password = "", keyId, secret, link] = row ?? [];
    expect([name, password.length, link]).toEqual([
      "ana",
      20,
      `${console.url}/sign-in/${console.installation.account}`,
    ]);
    expect([keyId, secret]).toEqual([
      expect.stringMatching(/^AKIA/),
      expect.stringMatching(/^.{40}$/),
    ]);
    expect(await page.getByText(password).count()).toBe(0);
    await page.getByRole("button", { name: "Show secrets" }).click();
    await page.getByText(password).first().waitFor();
    const attached = await iam.send(new ListAttachedUserPoliciesCommand({ UserName: "ana" }));
    expect(attached.AttachedPolicies?.map(({ PolicyName }) => PolicyName)).toEqual([
      "IAMUserChangePassword",
    ]);
    // The generated password signs in, and must be changed.
    const other = await console.open(`/sign-in/${console.installation.account}`);
    await signInByForm(other, "ana", password);
    await other.getByRole("heading", { name: "Choose a new password" }).waitFor();
    // Once: a reload shows no secrets any more.
    await page.reload();
    await page.getByLabel("User names").waitFor();
  });

  it("creates several users with a path, tags, a group and a boundary at once", async () => {
    const { iam } = console.installation;
    const page = await console.open("/create-users", { as: ROOT });
    await page.getByLabel("User names").fill("carla\ndino, elif");
    await page.getByRole("button", { name: "Path and tags" }).click();
    await page.getByLabel("Path", { exact: true }).fill("/team/");
    await page.getByRole("button", { name: "Add a tag" }).click();
    await page.getByLabel("Key 1").fill("قسم");
    await page.getByLabel("Value 1").fill("مبيعات");
    await page.getByLabel("Can sign in to the console").uncheck();
    await page.getByRole("button", { name: "Next", exact: true }).click();
    await page.getByRole("button", { name: /Groups/ }).click();
    await page.getByRole("option", { name: "readers" }).click();
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: /Permissions boundary/ }).click();
    await page.keyboard.type("IAMReadOnly");
    await page.getByRole("option", { name: /IAMReadOnlyAccess/ }).click();
    await page.getByRole("button", { name: "Next", exact: true }).click();
    await page.getByRole("button", { name: "Create users" }).click();
    await page.getByRole("heading", { level: 1, name: "3 users are created" }).waitFor();
    for (const UserName of ["carla", "dino", "elif"]) {
      const { User } = await iam.send(new GetUserCommand({ UserName }));
      expect(User).toMatchObject({
        Path: "/team/",
        Tags: [{ Key: "قسم", Value: "مبيعات" }],
        PermissionsBoundary: {
          PermissionsBoundaryArn: "arn:aws:iam::aws:policy/IAMReadOnlyAccess",
        },
      });
      const { Groups } = await iam.send(new ListGroupsForUserCommand({ UserName }));
      expect(Groups?.map(({ GroupName }) => GroupName)).toEqual(["readers"]);
    }
  });

  it("tells after a failure what was done and what not, and does the rest", async () => {
    const page = await console.open("/create-users", { as: ROOT });
    await page.getByLabel("User names").fill("fritz\ngreta");
    for (let at = 0; at < 2; at++)
      await page.getByRole("button", { name: "Next", exact: true }).click();
    // The network fails between two calls of the step.
    let calls = 0;
    await page.route("**/iam/", (route) => (++calls > 2 ? route.abort() : route.continue()));
    await page.getByRole("button", { name: "Create users" }).click();
    await page.getByRole("heading", { level: 1, name: "Not everything is created" }).waitFor();
    await page.getByText("Done: Create user fritz").waitFor();
    await page.getByText("Failed: Set a password for fritz").waitFor();
    await page.getByText("Not done: Create user greta").waitFor();
    await expectAccessible(page);
    await page.unroute("**/iam/");
    await page.getByRole("button", { name: "Try the rest again" }).click();
    await page.getByRole("heading", { level: 1, name: "2 users are created" }).waitFor();
    expect(new Set(console.faults())).toEqual(
      new Set(["Failed to load resource: net::ERR_FAILED"]),
    );
  });

  it("names the missing action and a statement for it to somebody who may not list users", async () => {
    const nobody = await console.makeUser("nobody");
    const page = await console.open("/users", { as: nobody });
    await page.getByText("You don't have permission: iam:ListUsers").waitFor();
    const statement = await page.getByRole("group", { name: "Statement" }).innerText();
    expect(JSON.parse(statement)).toEqual({
      Effect: "Allow",
      Action: "iam:ListUsers",
      Resource: `arn:aws:iam::${console.installation.account}:user/`,
    });
    await page.getByText(/Request ID: [\w-]{36}/).waitFor();
    await expectAccessible(page);
  });

  it("shows what a person may see when the rest is denied", async () => {
    const { iam } = console.installation;
    const lister = await console.makeUser("lister");
    await iam.send(
      new PutUserPolicyCommand({
        UserName: "lister",
        PolicyName: "list",
        PolicyDocument: JSON.stringify({
          Version: "2012-10-17",
          Statement: { Effect: "Allow", Action: "iam:ListUsers", Resource: "*" },
        }),
      }),
    );
    const page = await console.open("/users?q=zoe", { as: lister });
    await page.getByRole("link", { name: "zoe" }).waitFor();
    // Neither the credential report nor the calls for each row are allowed: nothing is made up.
    await expect.poll(() => page.getByRole("row", { name: /zoe/ }).innerText()).toMatch(/–\s+–/);
  });
});
