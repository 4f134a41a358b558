import {
  AddUserToGroupCommand,
  CreateGroupCommand,
  CreateRoleCommand,
  CreateUserCommand,
  PutGroupPolicyCommand,
  PutRolePolicyCommand,
  PutUserPolicyCommand,
} from "@aws-sdk/client-iam";
import { beforeAll, expect, it } from "vitest";
import { expectAccessible, expectLoaded } from "./support/accessible.ts";
import { ROOT } from "./support/console.ts";
import { describeConsole } from "./support/describe-console.ts";

const policyText = (...statements: readonly object[]) =>
  JSON.stringify({ Version: "2012-10-17", Statement: statements });

const READ = { Effect: "Allow", Action: "orders:GetOrder", Resource: "*" };

describeConsole("who can and what can in the console", (console) => {
  const orderArn = () => `arn:aws:orders:us-east-1:${console.installation.account}:order/1`;
  const question = () =>
    `/who-can?${new URLSearchParams({ action: "orders:GetOrder", resource: orderArn() })}`;

  beforeAll(async () => {
    const { iam, account } = console.installation;
    for (const UserName of ["grouped", "climbing", "conditional", "outsider"])
      await iam.send(new CreateUserCommand({ UserName }));
    await iam.send(new CreateGroupCommand({ GroupName: "readers" }));
    await iam.send(
      new PutGroupPolicyCommand({
        GroupName: "readers",
        PolicyName: "read",
        PolicyDocument: policyText({ ...READ, Sid: "img src=x".replaceAll(/\W/g, "") }),
      }),
    );
    await iam.send(new AddUserToGroupCommand({ GroupName: "readers", UserName: "grouped" }));
    const trust = (name: string) =>
      policyText({
        Effect: "Allow",
        Principal: { AWS: `arn:aws:iam::${account}:${name}` },
        Action: "sts:AssumeRole",
      });
    await iam.send(
      new CreateRoleCommand({ RoleName: "step", AssumeRolePolicyDocument: trust("user/climbing") }),
    );
    await iam.send(
      new CreateRoleCommand({ RoleName: "reader", AssumeRolePolicyDocument: trust("role/step") }),
    );
    await iam.send(
      new PutRolePolicyCommand({
        RoleName: "reader",
        PolicyName: "read",
        PolicyDocument: policyText(READ),
      }),
    );
    await iam.send(
      new PutUserPolicyCommand({
        UserName: "conditional",
        PolicyName: "<b>by-mfa</b>".replaceAll(/[<>/]/g, "-"),
        PolicyDocument: policyText({
          ...READ,
          Condition: { Bool: { "aws:MultiFactorAuthPresent": "true" } },
        }),
      }),
    );
  });

  it("tells who can do an action, by which groups, roles and trust, and a link holds the question", async () => {
    const page = await console.open("/who-can", { as: ROOT });
    await page.getByLabel("Action").fill("orders:GetOrder");
    await page.keyboard.press("Escape");
    await page.getByLabel("Resource", { exact: true }).fill("not an ARN");
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "Find out" }).click();
    await page.getByText("Enter the ARN of a resource, or *.").waitFor();
    await page.getByLabel("Resource", { exact: true }).fill(orderArn());
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "Find out" }).click();
    const row = (name: string) =>
      page.getByRole("row").filter({ has: page.getByRole("rowheader", { name, exact: true }) });
    await row("grouped").getByText("by group").waitFor();
    await row("grouped").getByRole("link", { name: "readers" }).waitFor();
    await row("climbing").getByText("assumes step").waitFor();
    await row("climbing").getByText("assumes reader").waitFor();
    await row("conditional").getByText("Depends on aws:MultiFactorAuthPresent").waitFor();
    expect(await row("outsider").count()).toBe(0);
    await page.getByText("The root user can do it, too").waitFor();
    await expectAccessible(page);
    const shared = await console.open(
      new URL(page.url()).pathname.slice("/console".length) + new URL(page.url()).search,
      { as: ROOT },
    );
    await shared.getByRole("link", { name: "climbing" }).waitFor();
    expect(new URL(shared.url()).searchParams.get("resource")).toBe(orderArn());
    await row("climbing").getByRole("link", { name: "reader" }).first().click();
    await page.getByRole("heading", { level: 1, name: "reader" }).waitFor();
    expect(new URL(page.url()).searchParams.get("tab")).toBe("trust");
  });

  it("tells what a principal can do, by keyboard alone", async () => {
    const page = await console.open("/who-can?tab=what", { as: ROOT });
    await page.getByLabel("User or role").focus();
    await page.keyboard.type("climb");
    await page.getByRole("option", { name: /user\/climbing$/ }).waitFor();
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: "Find out" }).focus();
    await page.keyboard.press("Enter");
    await page.getByText("It can do none of these actions.").waitFor();
    await page.getByRole("link", { name: "step" }).waitFor();
    await expectAccessible(page);
    const { account } = console.installation;
    const reader = new URLSearchParams({
      tab: "what",
      principal: `arn:aws:iam::${account}:role/reader`,
    });
    await page.goto(`${console.url}/who-can?${reader}`);
    const row = page.getByRole("row").filter({ hasText: "orders:GetOrder" });
    await row.getByText("Yes").waitFor();
    expect(await page.getByRole("row").filter({ hasText: "orders:DeleteOrder" }).count()).toBe(0);
    await page.getByRole("button", { name: /^Shown actions/ }).click();
    await page.getByRole("option", { name: "All actions" }).click();
    await page.getByRole("row").filter({ hasText: "orders:DeleteOrder" }).getByText("No").waitFor();
    await expectLoaded(page);
    await expectAccessible(page);
  });

  it("names what may not be read", async () => {
    const nobody = await console.makeUser("nobody");
    const page = await console.open(question(), { as: nobody });
    await page.getByText("You don't have permission: iam:GetAccountAuthorizationDetails").waitFor();
    await expectAccessible(page);
  });
});
