import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import {
  AddUserToGroupCommand,
  AttachUserPolicyCommand,
  CreateGroupCommand,
  CreatePolicyCommand,
  CreateRoleCommand,
  PutGroupPolicyCommand,
  PutUserPermissionsBoundaryCommand,
  PutUserPolicyCommand,
  TagUserCommand,
} from "@aws-sdk/client-iam";
import {
  AttachPolicyCommand,
  CreateAccountCommand,
  CreatePolicyCommand as CreateGuardrailCommand,
  CreateOrganizationCommand,
  EnableAWSServiceAccessCommand,
  EnablePolicyTypeCommand,
  ListRootsCommand,
  RegisterDelegatedAdministratorCommand,
} from "@aws-sdk/client-organizations";
import type { Page } from "playwright-core";
import { beforeAll, expect, it } from "vitest";
import { runFile } from "../../packages/portcullis/src/testing/run-file.ts";
import { expectAccessible } from "./support/accessible.ts";
import { ROOT } from "./support/console.ts";
import { describeConsole } from "./support/describe-console.ts";

const policyText = (...statements: readonly object[]) =>
  JSON.stringify({ Version: "2012-10-17", Statement: statements });

const TAG = "<img src=x onerror=alert(1)>";
const HOSTILE = `${TAG} שלום`;

/** The decision's word in the matrix. */
const why = (page: Page, action: string, resource: string, word: string) =>
  page.getByRole("button", { name: `Why ${action} on ${resource} is ${word}`, exact: true });

const link = (...parameters: readonly (readonly [string, string])[]) =>
  `/simulator#${new URLSearchParams(parameters.map(([name, value]) => [name, value]))}`;

describeConsole("the simulator in the console", (console) => {
  const roleArn = () => `arn:aws:iam::${console.installation.account}:role/auditor`;

  beforeAll(async () => {
    const { iam, account } = console.installation;
    await console.makeUser("ana");
    const UserName = "ana";
    await iam.send(new TagUserCommand({ UserName, Tags: [{ Key: "team", Value: "שלום" }] }));
    await iam.send(new CreateGroupCommand({ GroupName: "readers" }));
    await iam.send(
      new PutGroupPolicyCommand({
        GroupName: "readers",
        PolicyName: "no-deletes",
        PolicyDocument: policyText({ Effect: "Deny", Action: "orders:DeleteOrder", Resource: "*" }),
      }),
    );
    await iam.send(new AddUserToGroupCommand({ GroupName: "readers", UserName }));
    await iam.send(
      new PutUserPolicyCommand({
        UserName,
        PolicyName: "own",
        PolicyDocument: policyText(
          { Effect: "Allow", Action: ["orders:*", "sts:AssumeRole"], Resource: "*" },
          {
            Sid: "Office",
            Effect: "Allow",
            Action: "reports:Read",
            Resource: "*",
            Condition: { IpAddress: { "aws:SourceIp": "203.0.113.0/24" } },
          },
        ),
      }),
    );
    const boundary = await iam.send(
      new CreatePolicyCommand({
        PolicyName: "limit",
        PolicyDocument: policyText({
          Effect: "Allow",
          Action: ["orders:Get*", "orders:Delete*", "reports:*", "sts:*"],
          Resource: "*",
        }),
      }),
    );
    await iam.send(
      new PutUserPermissionsBoundaryCommand({
        UserName,
        PermissionsBoundary: boundary.Policy?.Arn,
      }),
    );
    await iam.send(
      new CreateRoleCommand({
        RoleName: "auditor",
        AssumeRolePolicyDocument: policyText({
          Effect: "Allow",
          Principal: { AWS: `arn:aws:iam::${account}:user/ana` },
          Action: "sts:AssumeRole",
          Condition: { Bool: { "aws:MultiFactorAuthPresent": "true" } },
        }),
      }),
    );
  });

  it("decides for a user with groups and boundary, and tells why", async () => {
    const page = await console.open("/simulator", { as: ROOT });
    await page.getByText("Choose a principal, and type actions and resources.").waitFor();
    await page.getByRole("button", { name: /User Choose a user/ }).click();
    await page.getByLabel("Find a user by the beginning of the name").fill("an");
    await page.getByRole("option", { name: "ana" }).click();
    await page
      .getByLabel("Actions", { exact: true })
      .fill("orders:GetOrder\norders:ListOrders\norders:DeleteOrder\nreports:Read");
    await why(page, "orders:GetOrder", "*", "allowed").waitFor();
    await page.getByText("1 of 4 requests allowed.").waitFor();
    await expectAccessible(page);
    const dialog = page.getByRole("dialog");

    // By keyboard alone; the focus comes back to the decision.
    await why(page, "orders:DeleteOrder", "*", "denied").focus();
    await page.keyboard.press("Enter");
    await dialog
      .getByText("A deny in the identity-based policies wins over every allow.")
      .waitFor();
    await dialog.getByText("No statement, while no-deletes, inline, by group readers").waitFor();
    expect(JSON.parse((await dialog.locator("mark").textContent()) ?? "")).toEqual({
      Effect: "Deny",
      Action: "orders:DeleteOrder",
      Resource: "*",
    });
    await expectAccessible(page);
    await page.keyboard.press("Escape");
    await page.waitForFunction(() =>
      document.activeElement?.getAttribute("aria-label")?.startsWith("Why orders:DeleteOrder"),
    );

    await why(page, "orders:ListOrders", "*", "not allowed").click();
    await dialog.getByText("No permissions boundary policy allows the request.").waitFor();
    await dialog.getByText("This statement in a permissions boundary policy:").waitFor();
    await dialog.getByText('"Action": "orders:ListOrders"').waitFor();
    await dialog.getByRole("button", { name: "Close" }).last().click();

    await why(page, "reports:Read", "*", "not allowed").click();
    await dialog
      .getByText("IpAddress of aws:SourceIp wants 203.0.113.0/24; the request has no aws:SourceIp.")
      .waitFor();
    await expectAccessible(page);
    await dialog.getByRole("button", { name: "Close" }).last().click();
    await page.getByRole("combobox", { name: "aws:SourceIp" }).fill("203.0.113.9");
    await why(page, "reports:Read", "*", "allowed").waitFor();
  });

  it("saves a case as a test file that the command passes", async () => {
    const page = await console.open(
      link(
        ["as", "user/ana"],
        ["action", "orders:GetOrder"],
        ["action", "orders:DeleteOrder"],
        ["resource", "*"],
      ),
      { as: ROOT },
    );
    await page.getByText(/ of 2 requests allowed/).waitFor();
    await page.getByRole("button", { name: "Save as test case" }).click();
    await expectAccessible(page);
    const download = page.waitForEvent("download");
    await page.getByRole("button", { name: "Download simulation.test.json" }).click();
    const file = await (await download).path();
    const path = join(mkdtempSync(join(tmpdir(), "simulation-")), "simulation.test.json");
    copyFileSync(file, path);
    const { results } = await runFile(path, [], new Date());
    expect(results.map(({ failure }) => failure)).toEqual([undefined, undefined]);
    expect(results.map(({ request }) => request)).toEqual([
      "orders:GetOrder *",
      "orders:DeleteOrder *",
    ]);
    rmSync(dirname(path), { recursive: true });
  });

  it("keeps the case in the address", async () => {
    const page = await console.open(
      link(
        ["as", "user/ana"],
        ["action", "reports:Read"],
        ["resource", "*"],
        ["key.aws:sourceip", "198.51.100.1"],
      ),
      { as: ROOT, ownContext: true },
    );
    await why(page, "reports:Read", "*", "not allowed").waitFor();
    await page.getByRole("combobox", { name: "aws:SourceIp" }).fill("here");
    await page.getByText("This is no IP address.").waitFor();
    await page.getByRole("combobox", { name: "aws:SourceIp" }).fill("203.0.113.1");
    await why(page, "reports:Read", "*", "allowed").waitFor();
    await page.reload();
    await why(page, "reports:Read", "*", "allowed").waitFor();
    const copy = page.getByRole("button", { name: "Copy link to this case" });
    await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    await copy.click();
    const copied = await page.evaluate(() => navigator.clipboard.readText());
    expect(copied).toBe(page.url());
    expect(copied).toContain("key.aws%3Asourceip=203.0.113.1");
  });

  it("asks the trust policy of a role", async () => {
    const page = await console.open(
      link(["as", "user/ana"], ["action", "sts:AssumeRole"], ["resource", roleArn()]),
      { as: ROOT },
    );
    await why(page, "sts:AssumeRole", roleArn(), "not allowed").click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("link", { name: "Trust policy of auditor" }).waitFor();
    await dialog.getByRole("button", { name: "Close" }).last().click();
    await page.getByRole("button", { name: /aws:MultiFactorAuthPresent/ }).click();
    await page.getByRole("option", { name: "true" }).click();
    await why(page, "sts:AssumeRole", roleArn(), "allowed").waitFor();
  });

  it("takes pasted documents, and decides nothing while one is not valid", async () => {
    const page = await console.open("/simulator", { as: ROOT });
    await page.getByRole("button", { name: /^Simulate/ }).click();
    await page.getByRole("option", { name: "Pasted policies alone" }).click();
    await page.getByRole("button", { name: "Add", exact: true }).click();
    await page.getByLabel("Actions", { exact: true }).fill("orders:GetOrder");
    await page.getByText("Nothing is decided until they are: Pasted document 1.").waitFor();
    const editor = page.getByRole("textbox", { name: "Pasted document 1: identity policy" });
    await editor.click();
    await page.keyboard.press("ControlOrMeta+A");
    await page.keyboard.insertText(
      policyText({ Effect: "Allow", Action: "orders:*", Resource: "*", Sid: "Hello" }),
    );
    await why(page, "orders:GetOrder", "*", "allowed").waitFor();
    await expectAccessible(page);
    await page.getByRole("button", { name: /^Add a document/ }).click();
    await page.getByRole("option", { name: "Session policy" }).click();
    await page.getByRole("button", { name: "Add", exact: true }).click();
    const session = page.getByRole("textbox", { name: "Pasted document 2: session policy" });
    await session.click();
    await page.keyboard.press("ControlOrMeta+A");
    await page.keyboard.insertText(
      policyText({ Effect: "Allow", Action: "iam:*", Resource: "*", Sid: "Other" }),
    );
    await why(page, "orders:GetOrder", "*", "not allowed").click();
    await page.getByText("No session policy allows the request.").waitFor();
    await page.getByRole("dialog").getByRole("button", { name: "Close" }).last().click();
    await page.reload();
    await why(page, "orders:GetOrder", "*", "not allowed").waitFor();
    await page.getByRole("button", { name: "Remove pasted document 2" }).click();
    await why(page, "orders:GetOrder", "*", "allowed").waitFor();
  });

  it("names what may not be read, and then calls no request allowed", async () => {
    const { iam } = console.installation;
    const nobody = await console.makeUser("nobody");
    const denied = await console.open(link(["as", "user/ana"], ["action", "orders:GetOrder"]), {
      as: nobody,
    });
    await denied.getByText("You don't have permission: iam:GetUser").waitFor();
    await expectAccessible(denied);
    const partial = await console.makeUser("partial");
    await iam.send(
      new PutUserPolicyCommand({
        UserName: "partial",
        PolicyName: "p",
        PolicyDocument: policyText(
          { Effect: "Allow", Action: ["iam:Get*", "iam:List*"], Resource: "*" },
          { Effect: "Deny", Action: "iam:GetUserPolicy", Resource: "*" },
        ),
      }),
    );
    const page = await console.open(
      link(
        ["as", "user/ana"],
        ["action", "orders:GetOrder"],
        ["action", "orders:DeleteOrder"],
        ["resource", "*"],
      ),
      { as: partial },
    );
    await page.getByText("You don't have permission: iam:GetUserPolicy").waitFor();
    await why(page, "orders:DeleteOrder", "*", "denied").waitFor();
    await why(page, "orders:GetOrder", "*", "not known").click();
    await page.getByText("Not all that decides could be read").waitFor();
    await expectAccessible(page);
    const missing = await console.open(link(["as", "user/nowhere"]), { as: ROOT });
    await missing.getByText("Not found").waitFor();
  });

  it("calls nothing allowed in a member account until its guardrails are pasted", async () => {
    const { iam, organizations } = console.installation;
    const operator = await console.makeUser("operator");
    const PolicyArn = "arn:aws:iam::aws:policy/AdministratorAccess";
    await iam.send(new AttachUserPolicyCommand({ UserName: "operator", PolicyArn }));
    await organizations.send(new CreateOrganizationCommand({ FeatureSet: "ALL" }));
    const made = await organizations.send(
      new CreateAccountCommand({ AccountName: "member", Email: "member@example.com" }),
    );
    const account = made.CreateAccountStatus?.AccountId ?? "";
    const roleName = "OrganizationAccountAccessRole";
    const page = await console.open(`/switch-role?account=${account}&roleName=${roleName}`, {
      as: operator,
    });
    await page.getByRole("button", { name: "Switch role" }).click();
    await page.getByRole("heading", { level: 1, name: "Dashboard" }).waitFor();
    const simulated = link(
      ["as", `role/${roleName}`],
      ["action", "orders:GetOrder"],
      ["resource", "*"],
    );
    await page.goto(`${console.url}${simulated}`);
    await why(page, "orders:GetOrder", "*", "not known").click();
    await page
      .getByText("The service control policies of the organization can't be read")
      .waitFor();
    const guardrail = policyText({ Effect: "Allow", Action: "*", Resource: "*" });
    await page.goto("about:blank");
    await page.goto(
      `${console.url}${simulated}&${new URLSearchParams({ "document.serviceControl": guardrail })}`,
    );
    await why(page, "orders:GetOrder", "*", "allowed").waitFor();
    // A delegated administrator's account may read them, and each level decides by itself.
    const { Roots } = await organizations.send(new ListRootsCommand({}));
    const PolicyType = "SERVICE_CONTROL_POLICY";
    await organizations.send(new EnablePolicyTypeCommand({ RootId: Roots?.[0]?.Id, PolicyType }));
    const guardrails = await organizations.send(
      new CreateGuardrailCommand({
        Name: "NoDeletes",
        Description: "",
        Type: PolicyType,
        Content: policyText({ Effect: "Deny", Action: "orders:DeleteOrder", Resource: "*" }),
      }),
    );
    const PolicyId = guardrails.Policy?.PolicySummary?.Id;
    await organizations.send(new AttachPolicyCommand({ PolicyId, TargetId: account }));
    const ServicePrincipal = "iam.amazonaws.com";
    await organizations.send(new EnableAWSServiceAccessCommand({ ServicePrincipal }));
    await organizations.send(
      new RegisterDelegatedAdministratorCommand({ AccountId: account, ServicePrincipal }),
    );
    await page.goto("about:blank");
    await page.goto(`${console.url}${simulated}&action=orders%3ADeleteOrder`);
    await why(page, "orders:GetOrder", "*", "allowed").waitFor();
    await why(page, "orders:DeleteOrder", "*", "denied").click();
    await page.getByText("service control, level 1 (Root): allows").waitFor();
    await page.getByText("service control, level 2 (member): denies").waitFor();
    await page.getByRole("dialog").getByRole("link", { name: "NoDeletes" }).waitFor();
    await expectAccessible(page);
    // In the management account none applies.
    const own = await console.open(
      link(["as", "user/operator"], ["action", "orders:GetOrder"], ["resource", "*"]),
      { as: ROOT },
    );
    await why(own, "orders:GetOrder", "*", "allowed").waitFor();
  });

  it("shows hostile names and values as text, and reports what is no request", async () => {
    const page = await console.open(
      link(
        ["as", "pasted"],
        ["action", TAG],
        ["resource", HOSTILE],
        [
          "document.identity",
          policyText({
            Effect: "Allow",
            Action: "orders:*",
            Resource: "*",
            Condition: { StringEquals: { "aws:PrincipalTag/team": TAG } },
          }),
        ],
      ),
      { as: ROOT },
    );
    await page.getByText(`${TAG} is no action.`).waitFor();
    await page.getByText(`${HOSTILE} is no ARN.`).waitFor();
    expect(await page.locator("main img").count()).toBe(0);
    await page.setViewportSize({ width: 320, height: 640 });
    await page.getByLabel("Actions", { exact: true }).fill("orders:GetOrder");
    await page
      .getByLabel("Resources", { exact: true })
      .fill(`arn:aws:orders:::order/${"W".repeat(300)}`);
    await page.getByText("0 of 1 request allowed.").waitFor();
    await expectAccessible(page);
    const overflow = () =>
      document.documentElement.scrollWidth - document.documentElement.clientWidth;
    expect(await page.evaluate(overflow)).toBe(0);
  });

  it("decides 500 requests", async () => {
    const { iam } = console.installation;
    const UserName = "ben";
    await console.makeUser(UserName);
    await iam.send(
      new AttachUserPolicyCommand({
        UserName,
        PolicyArn: "arn:aws:iam::aws:policy/AdministratorAccess",
      }),
    );
    const page = await console.open(link(["as", "user/ben"], ["resource", "*"]), { as: ROOT });
    await page.getByLabel("Actions", { exact: true }).waitFor();
    const actions = Array.from({ length: 50 }, (_, at) => `orders:Action${at}`);
    await page
      .getByLabel("Resources", { exact: true })
      .fill(Array.from({ length: 10 }, (_, at) => `arn:aws:orders:::order/${at}`).join("\n"));
    await page.getByLabel("Actions", { exact: true }).fill(actions.join("\n"));
    await page.getByText("500 of 500 requests allowed.").waitFor();
  });
});
