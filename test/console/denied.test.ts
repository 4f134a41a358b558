import {
  AddUserToGroupCommand,
  AttachUserPolicyCommand,
  CreateAccessKeyCommand,
  CreateGroupCommand,
  CreateLoginProfileCommand,
  CreatePolicyCommand,
  CreatePolicyVersionCommand,
  CreateRoleCommand,
  GetGroupPolicyCommand,
  GetPolicyCommand,
  GetUserPolicyCommand,
  PutUserPermissionsBoundaryCommand,
  PutUserPolicyCommand,
} from "@aws-sdk/client-iam";
import {
  AttachPolicyCommand,
  CreatePolicyCommand as CreatePolicyOfOrganizationCommand,
  EnablePolicyTypeCommand,
  ListRootsCommand,
} from "@aws-sdk/client-organizations";
import { AssumeRoleCommand } from "@aws-sdk/client-sts";
import type { Page } from "playwright-core";
import { beforeAll, expect, it } from "vitest";
import { eventually } from "../support/eventually.ts";
import { credentialsOf, type TestCredentials } from "../support/harness.ts";
import { allow, deny, document } from "../support/people.ts";
import { ADMINISTRATOR, addUser, openOrganization } from "../support/tenant.ts";
import { expectAccessible, expectLoaded } from "./support/accessible.ts";
import { PASSWORD, ROOT } from "./support/console.ts";
import { describeConsole } from "./support/describe-console.ts";

const FIELD = "Decision ID, request ID, encoded message, or the whole error";
const HOSTILE = `"><img src=x onerror=alert(1)> déjà ${"W".repeat(200)}`;

async function paste(page: Page, text: string): Promise<void> {
  await page.getByLabel(FIELD).fill(text);
  await page.getByRole("button", { name: "Find the decision" }).click();
}

describeConsole("why a request was denied", (console) => {
  const keyOf = async (UserName: string): Promise<TestCredentials> =>
    credentialsOf(
      (await console.installation.iam.send(new CreateAccessKeyCommand({ UserName }))).AccessKey,
    );
  let ana: TestCredentials;
  const orders = (name: string) =>
    `arn:aws:orders:us-east-1:${console.installation.account}:order/${name}`;
  const managed = (name: string) => `arn:aws:iam::${console.installation.account}:policy/${name}`;

  beforeAll(async () => {
    const { iam } = console.installation;
    await console.makeUser("ana");
    ana = await keyOf("ana");
    const UserName = "ana";
    await iam.send(new CreateGroupCommand({ GroupName: "shop" }));
    await iam.send(new AddUserToGroupCommand({ GroupName: "shop", UserName }));
    await iam.send(
      new CreatePolicyCommand({
        PolicyName: "readers",
        PolicyDocument: document(
          {
            Sid: "Office",
            ...allow("orders:GetOrder"),
            Condition: { IpAddress: { "aws:SourceIp": "192.0.2.0/24" } },
          },
          { Sid: "NoDeletes", ...deny("orders:DeleteOrder") },
        ),
      }),
    );
    await iam.send(new AttachUserPolicyCommand({ UserName, PolicyArn: managed("readers") }));
  });

  it("finds a denial on the API's port by its request id, and allows the next request in two clicks", async () => {
    const { call, iam } = console.installation;
    const answer = await call(ana, "GET", "/orders/77");
    expect(answer.status).toBe(403);
    const page = await console.open("/denied", { as: ROOT });
    await paste(page, `HTTP/1.1 403\napigw-requestid: ${answer.headers["apigw-requestid"]}\n`);
    await page.getByText("no identity-based policy allows it").waitFor();
    expect(page.url()).toMatch(/\/denied\/[\w%=-]+$/);
    await page.getByText("IpAddress of aws:SourceIp wants 192.0.2.0/24").waitFor();
    await page.getByText("the request had 127.0.0.1.").waitFor();
    await page.getByText("Unchanged since.").first().waitFor();
    await expectAccessible(page);

    await page.getByRole("button", { name: "Add this statement" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByText("What changes").waitFor();
    await dialog
      .getByText(/orders:GetOrder on .*order\/77/)
      .first()
      .waitFor();
    await expectAccessible(page);
    await dialog.getByRole("button", { name: "Add", exact: true }).click();
    await page.getByText("It is in force: send the request again.").waitFor();

    // The order itself is not there.
    expect((await call(ana, "GET", "/orders/77")).status).toBe(404);
    expect((await call(ana, "GET", "/orders/78")).status).toBe(403);
    const { PolicyDocument = "" } = await iam.send(
      new GetUserPolicyCommand({ UserName: "ana", PolicyName: "AddedFromDenials" }),
    );
    expect(JSON.parse(decodeURIComponent(PolicyDocument)).Statement).toEqual([
      { Effect: "Allow", Action: "orders:GetOrder", Resource: orders("77") },
    ]);
    await page.getByRole("button", { name: "Add this statement" }).click();
    await dialog.getByText("The policy has this statement already.").waitFor();
  });

  it("adds to the policy that is there, to a managed policy, or to a group", async () => {
    const { call, iam } = console.installation;
    const dialog = async (path: string) => {
      const answer = await call(ana, "GET", path);
      expect(answer.status).toBe(403);
      const page = await console.open(`/denied/${answer.headers["apigw-requestid"]}`, { as: ROOT });
      await page.getByRole("button", { name: "Add this statement" }).click();
      const opened = page.getByRole("dialog");
      await opened.getByText("What changes").waitFor();
      return { page, opened };
    };
    const add = async ({ page, opened }: Awaited<ReturnType<typeof dialog>>) => {
      await opened.getByText("What changes").waitFor();
      await opened.getByRole("button", { name: "Add", exact: true }).click();
      await page.getByText("It is in force: send the request again.").waitFor();
    };
    await add(await dialog("/orders/2"));
    expect((await call(ana, "GET", "/orders/2")).status).toBe(404);
    expect((await call(ana, "GET", "/orders/77")).status).toBe(404);

    const second = await dialog("/orders/3");
    await second.opened.getByRole("radio", { name: "Customer managed policy" }).check();
    await second.opened.getByRole("button", { name: "Show as CLI" }).click();
    await second.opened.getByText("aws iam create-policy-version").waitFor();
    await expectAccessible(second.page);
    await add(second);
    expect((await call(ana, "GET", "/orders/3")).status).toBe(404);
    const { Policy } = await iam.send(new GetPolicyCommand({ PolicyArn: managed("readers") }));
    expect(Policy?.DefaultVersionId).toBe("v2");

    const third = await dialog("/orders/4");
    // The record names the version that decided; it is not the one in force any more.
    const old = await console.open(`/denied/${third.page.url().split("/").at(-1)}`, { as: ROOT });
    await old.getByText("Unchanged since.").first().waitFor();
    await third.opened.getByRole("radio", { name: "Group" }).check();
    await add(third);
    expect((await call(ana, "GET", "/orders/4")).status).toBe(404);
    await iam.send(
      new GetGroupPolicyCommand({ GroupName: "shop", PolicyName: "AddedFromDenials" }),
    );
  });

  it("writes nothing over somebody else's change, and shows what adding to theirs changes", async () => {
    const { call, iam } = console.installation;
    const answer = await call(ana, "GET", "/orders/5");
    const page = await console.open(`/denied/${answer.headers["apigw-requestid"]}`, { as: ROOT });
    await page.getByRole("button", { name: "Add this statement" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByText("What changes").waitFor();
    const theirs = allow("orders:ListOrders");
    await iam.send(
      new PutUserPolicyCommand({
        UserName: "ana",
        PolicyName: "AddedFromDenials",
        PolicyDocument: document(theirs),
      }),
    );
    await dialog.getByRole("button", { name: "Add", exact: true }).click();
    await dialog.getByText("Somebody else changed this meanwhile").waitFor();
    expect((await call(ana, "GET", "/orders/5")).status).toBe(403);
    await dialog.getByRole("button", { name: "Add", exact: true }).click();
    await page.getByText("It is in force: send the request again.").waitFor();
    const { PolicyDocument = "" } = await iam.send(
      new GetUserPolicyCommand({ UserName: "ana", PolicyName: "AddedFromDenials" }),
    );
    expect(JSON.parse(decodeURIComponent(PolicyDocument)).Statement).toEqual([
      theirs,
      { Effect: "Allow", Action: "orders:GetOrder", Resource: orders("5") },
    ]);
  });

  it("says which deny must change, and whether it did", async () => {
    const { call, iam } = console.installation;
    const answer = await call(ana, "DELETE", "/orders/1");
    const page = await console.open(`/denied/${answer.headers["apigw-requestid"]}`, { as: ROOT });
    await page.getByText("A deny wins over every allow.").waitFor();
    expect(await page.getByRole("button", { name: "Add this statement" }).count()).toBe(0);
    const edit = page.getByRole("link", { name: "Edit policy readers" });
    await edit.waitFor();
    expect(await edit.getAttribute("href")).toContain("/edit-document?of=policy");
    await page.getByText('"Sid": "NoDeletes"').waitFor();
    await expectAccessible(page);
    await iam.send(
      new CreatePolicyVersionCommand({
        PolicyArn: managed("readers"),
        PolicyDocument: document(allow("orders:GetOrder")),
        SetAsDefault: true,
      }),
    );
    await page.reload();
    await page.getByText(/Changed since: v\d is in force now\./).waitFor();
    await page.getByText("A policy that took part was changed since.").waitFor();
    await page.getByText('"Sid": "NoDeletes"').waitFor();
  });

  it("offers no allow that a boundary would make useless", async () => {
    const { call, iam } = console.installation;
    await console.makeUser("bea");
    const bea = await keyOf("bea");
    await iam.send(
      new CreatePolicyCommand({ PolicyName: "limit", PolicyDocument: document(allow("iam:*")) }),
    );
    await iam.send(
      new PutUserPermissionsBoundaryCommand({
        UserName: "bea",
        PermissionsBoundary: managed("limit"),
      }),
    );
    const answer = await call(bea, "GET", "/orders");
    const page = await console.open(`/denied/${answer.headers["apigw-requestid"]}`, { as: ROOT });
    await page.getByText("2 things must change. None of them is enough alone.").waitFor();
    await page.getByText("The permissions boundary does not reach so far.").waitFor();
    await page.getByRole("link", { name: "Go to the boundary of bea" }).waitFor();
    expect(await page.getByRole("button", { name: "Add this statement" }).count()).toBe(0);
    await expectAccessible(page);
  });

  it("explains a denied AssumeRole, and a denial of the control API by a whole error", async () => {
    const { iamAs, stsAs, iam, account } = console.installation;
    await iam.send(
      new CreateRoleCommand({
        RoleName: "auditor",
        AssumeRolePolicyDocument: document({
          Effect: "Allow",
          Principal: { AWS: `arn:aws:iam::${account}:user/ana` },
          Action: "sts:AssumeRole",
          Condition: { Bool: { "aws:MultiFactorAuthPresent": "true" } },
        }),
      }),
    );
    const RoleArn = `arn:aws:iam::${account}:role/auditor`;
    const refused = await stsAs(ana)
      .send(new AssumeRoleCommand({ RoleArn, RoleSessionName: "s-1" }))
      .catch((error: Error & { $metadata: { requestId?: string } }) => error);
    if (!(refused instanceof Error)) throw new Error("the role was assumed");
    const page = await console.open("/denied", { as: ROOT });
    await paste(page, `${refused}\n$metadata: ${JSON.stringify(refused.$metadata, null, 2)}`);
    await page.getByText("Bool of aws:MultiFactorAuthPresent").waitFor();
    await page.getByText("the trust policy of role auditor").first().waitFor();
    await expectAccessible(page);

    const error = await iamAs(ana)
      .send(new CreateGroupCommand({ GroupName: "x" }))
      .catch((thrown: Error & { $metadata: { requestId?: string } }) => thrown);
    if (!(error instanceof Error)) throw new Error("the call was allowed");
    await paste(
      page,
      `An error occurred: ${error.message} (request id: ${error.$metadata.requestId})`,
    );
    await page.getByText("iam:CreateGroup on").waitFor();
  });

  it("finds a REST API's denial by its encoded message, and gives it an address", async () => {
    const { call, local } = console.installation;
    const answer = await call(ana, "POST", "/prod/orders", {
      url: new URL(local.restUrl).origin,
      body: "{}",
      headers: {},
    });
    expect(answer.body.encodedAuthorizationMessage).toBeTypeOf("string");
    const page = await console.open("/denied", { as: ROOT });
    await paste(page, JSON.stringify(answer.body));
    await page.getByText("orders:CreateOrder on arn:aws:").waitFor();
    await page.waitForURL(/\/denied\/[0-9a-f-]{36}$/);
    await page.reload();
    await page.getByText("orders:CreateOrder on arn:aws:").waitFor();
  });

  it("says in a member account that the organization must change its policy", async () => {
    const { installation } = console;
    const { organizations, iamAs, call } = installation;
    const { open } = await openOrganization(installation);
    const { id, admin } = await open("tenant");
    await organizations.send(
      new EnablePolicyTypeCommand({
        RootId: (await organizations.send(new ListRootsCommand({}))).Roots?.[0]?.Id,
        PolicyType: "SERVICE_CONTROL_POLICY",
      }),
    );
    const { Policy } = await organizations.send(
      new CreatePolicyOfOrganizationCommand({
        Name: "no-orders",
        Description: "",
        Type: "SERVICE_CONTROL_POLICY",
        Content: document(deny("orders:ListOrders")),
      }),
    );
    await organizations.send(
      new AttachPolicyCommand({ PolicyId: Policy?.PolicySummary?.Id, TargetId: id }),
    );
    const dana = await addUser(iamAs(admin), "dana", [ADMINISTRATOR]);
    const answer = await call(dana, "GET", "/orders");
    expect(answer.status).toBe(403);
    const operator = { kind: "user", name: "operator", password: PASSWORD } as const;
    await installation.iam.send(
      new CreateLoginProfileCommand({ UserName: operator.name, Password: operator.password }),
    );
    const switching = `/switch-role?account=${id}&roleName=OrganizationAccountAccessRole`;
    const page = await console.open(switching, { as: operator });
    await page.getByRole("button", { name: "Switch role" }).click();
    await page.getByRole("heading", { level: 1, name: "Dashboard" }).waitFor();
    await page.goto(`${console.url}/denied/${answer.headers["apigw-requestid"]}`);
    await page.getByText("Only the management account can change it.").waitFor();
    await page.getByText("They are the organization's").first().waitFor();
    expect(await page.getByRole("button", { name: "Add this statement" }).count()).toBe(0);
    expect(await page.getByText("no-orders").count()).toBe(0);
    await expectAccessible(page);
  });

  it("tells a caller of its own denials, without the policies", async () => {
    const { call } = console.installation;
    const person = await console.makeUser("cleo");
    const answer = await call(await keyOf("cleo"), "GET", "/orders");
    const page = await console.open(`/denied/${answer.headers["apigw-requestid"]}`, { as: person });
    await page.getByText("The policies are not shown to you").waitFor();
    await page.getByText("Identity-based policies").waitFor();
    await expectAccessible(page);
    const other = await call(ana, "POST", "/orders", { body: "{}" });
    await page.getByLabel(FIELD).fill(String(other.headers["apigw-requestid"]));
    await page.getByRole("button", { name: "Find the decision" }).click();
    await page.getByText("You don't have permission: portcullis:GetDecision").waitFor();
    await expectAccessible(page);
    await page.getByRole("link", { name: "Why was it denied?" }).click();
    await page.getByText("portcullis:GetDecision on * was denied").waitFor();
  });

  it("says that there is no such decision, and that a text has no id", async () => {
    const page = await console.open("/denied", { as: ROOT });
    await paste(page, "why?! {}");
    await page.getByText("No ID and no encoded message is in this text.").waitFor();
    await paste(page, "019ac8e1-5a7c-7cde-8f00-0123456789ab");
    await page.getByText("No such decision").waitFor();
    await page.getByRole("button", { name: "Look again" }).waitFor();
    await expectAccessible(page);
    await paste(page, "x".repeat(400));
    await page.getByText("No such decision").waitFor();
  });

  it("shows what hostile callers send as text, in a narrow window, by keyboard alone", async () => {
    const { call } = console.installation;
    await console.makeUser("hana");
    const answer = await call(
      await keyOf("hana"),
      "GET",
      `/orders/${encodeURIComponent(HOSTILE)}`,
      {
        headers: {
          "user-agent": "<script>alert(1)</script>",
          referer: `https://x/${"y".repeat(300)}`,
        },
      },
    );
    expect(answer.status).toBe(403);
    const page = await console.open("/denied", { as: ROOT });
    await page.setViewportSize({ width: 320, height: 640 });
    await page.getByLabel(FIELD).waitFor();
    await page.keyboard.insertText(String(answer.headers["apigw-requestid"]));
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await page.getByText("<script>alert(1)</script>").first().waitFor();
    await expectLoaded(page);
    const overflow = await page.evaluate(
      () =>
        globalThis.document.documentElement.scrollWidth -
        globalThis.document.documentElement.clientWidth,
    );
    expect(overflow).toBe(0);
    const add = page.getByRole("button", { name: "Add this statement" });
    await add.focus();
    await page.keyboard.press("Enter");
    await page.getByRole("dialog").getByText("What changes").waitFor();
    await page.keyboard.press("Escape");
    await eventually(async () =>
      (await page.evaluate(() => globalThis.document.activeElement?.textContent)) ===
      "Add this statement"
        ? true
        : undefined,
    );
  });
});
