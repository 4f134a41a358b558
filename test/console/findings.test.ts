import {
  AttachUserPolicyCommand,
  CreateAccessKeyCommand,
  CreateRoleCommand,
  GetRoleCommand,
  GetUserPolicyCommand,
  ListAccessKeysCommand,
  PutRolePolicyCommand,
  PutUserPolicyCommand,
  UpdateAssumeRolePolicyCommand,
} from "@aws-sdk/client-iam";
import type { Page, Route } from "playwright-core";
import { beforeAll, expect, it, vi } from "vitest";
import { expectAccessible } from "./support/accessible.ts";
import { ROOT } from "./support/console.ts";
import { describeConsole } from "./support/describe-console.ts";
import { mainThreadTasks } from "./support/main-thread-tasks.ts";
import { travelTo } from "./support/time-travel.ts";

const policyText = (...statements: readonly object[]) =>
  JSON.stringify({ Version: "2012-10-17", Statement: statements });

const LEFT_OUT = "What the findings leave out";

describeConsole("findings in the console", (console) => {
  beforeAll(async () => {
    const { iam } = console.installation;
    await iam.send(
      new CreateRoleCommand({
        RoleName: "open",
        AssumeRolePolicyDocument: policyText({
          Effect: "Allow",
          Principal: { AWS: "*" },
          Action: "sts:AssumeRole",
        }),
      }),
    );
    await iam.send(
      new PutRolePolicyCommand({
        RoleName: "open",
        PolicyName: "read",
        PolicyDocument: policyText({
          Sid: "script",
          Effect: "Allow",
          Action: "orders:Get*",
          Resource: "arn:aws:orders:*:*:order/<img src=x onerror=alert(1)>",
        }),
      }),
    );
    await console.makeUser("boss");
    const PolicyArn = "arn:aws:iam::aws:policy/AdministratorAccess";
    await iam.send(new AttachUserPolicyCommand({ UserName: "boss", PolicyArn }));
    await console.makeUser("climber");
    await iam.send(
      new PutUserPolicyCommand({
        UserName: "climber",
        PolicyName: "climb",
        PolicyDocument: policyText({
          Effect: "Allow",
          Action: "iam:AttachUserPolicy",
          Resource: "*",
        }),
      }),
    );
  });

  it("lists the worst first, with evidence and remedy, by keyboard alone", async () => {
    const page = await console.open("/findings", { as: ROOT });
    await page.getByText(LEFT_OUT).waitFor();
    const severities = await page.locator("tbody tr td:first-child").allTextContents();
    const ranks = severities.map((word) => RANKS.indexOf(word.trim()));
    expect(ranks.length).toBeGreaterThanOrEqual(3);
    expect(ranks).toEqual([...ranks].sort((one, other) => one - other));
    await page.getByText("user/climber").first().waitFor();
    await page.getByText("user/boss").first().waitFor();
    await expectAccessible(page);
    const first = page
      .getByRole("row")
      .filter({ hasText: "role/open" })
      .getByRole("button")
      .first();
    await first.focus();
    await page.keyboard.press("Enter");
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("heading", { name: "Evidence" }).waitFor();
    await dialog.getByText('"sts:AssumeRole"').first().waitFor();
    await dialog.getByRole("heading", { name: "Remedy" }).waitFor();
    await expectAccessible(page);
    await dialog.getByRole("link", { name: /role\/open$/ }).click();
    await page.getByRole("heading", { level: 1, name: "open" }).waitFor();
    expect(await page.locator("main img").count()).toBe(0);
  });

  it("tells an escalation step by step", async () => {
    const page = await console.open("/findings?q=climber", { as: ROOT });
    const row = page.getByRole("row").filter({ hasText: "user/climber" });
    await row.getByRole("button").first().click();
    const dialog = page.getByRole("dialog");
    await dialog
      .getByText(/From .*user\/climber to /)
      .first()
      .waitFor();
    await expectAccessible(page);
  });

  it("shows a path as a picture with the same in words, and denies its first step", async () => {
    const { iam } = console.installation;
    const page = await console.open("/findings?q=climber&severity=HIGH", { as: ROOT });
    const row = page.getByRole("row").filter({ hasText: "user/climber" });
    await row.getByRole("button").first().click();
    const dialog = page.getByRole("dialog");
    await dialog
      .getByRole("img", {
        name: "Path: from user/climber to any permission: Put policy on own user",
      })
      .waitFor();
    await expectAccessible(page);
    await dialog.getByRole("button", { name: "Deny the first step" }).click();
    await dialog.getByText("What changes").waitFor();
    await dialog
      .getByText(/iam:AttachUserPolicy/)
      .first()
      .waitFor();
    await expectAccessible(page);
    await dialog.getByRole("button", { name: "Save" }).click();
    await page.getByText(/^Saved inline policy DenyPrivilegeEscalation/).waitFor();
    await row.waitFor({ state: "detached" });
    const { PolicyDocument } = await iam.send(
      new GetUserPolicyCommand({ UserName: "climber", PolicyName: "DenyPrivilegeEscalation" }),
    );
    expect(JSON.parse(decodeURIComponent(PolicyDocument ?? "")).Statement).toEqual([
      { Effect: "Deny", Action: ["iam:PutUserPolicy", "iam:AttachUserPolicy"], Resource: "*" },
    ]);
  });

  it("mends trust: an external id, then the principal, each with the change shown first", async () => {
    const { iam } = console.installation;
    await iam.send(
      new CreateRoleCommand({
        RoleName: "guests",
        AssumeRolePolicyDocument: policyText({
          Effect: "Allow",
          Principal: { AWS: "arn:aws:iam::999988887777:root" },
          Action: "sts:AssumeRole",
        }),
      }),
    );
    const trust = async () => {
      const { Role } = await iam.send(new GetRoleCommand({ RoleName: "guests" }));
      return JSON.parse(decodeURIComponent(Role?.AssumeRolePolicyDocument ?? "")).Statement;
    };
    const page = await console.open("/findings?q=guests", { as: ROOT });
    const row = page.getByRole("row").filter({ hasText: "role/guests" });
    await row.getByRole("button").first().click();
    const dialog = page.getByRole("dialog");
    await dialog
      .getByRole("img", { name: "Path: from root @ 999988887777 to role/guests: can assume" })
      .waitFor();
    await dialog.getByRole("button", { name: "Require an external ID" }).click();
    await dialog.getByText("What changes").waitFor();
    // Somebody else changes the document while the change is looked at.
    await iam.send(
      new UpdateAssumeRolePolicyCommand({
        RoleName: "guests",
        PolicyDocument: policyText({
          Sid: "Partner",
          Effect: "Allow",
          Principal: { AWS: "arn:aws:iam::999988887777:root" },
          Action: "sts:AssumeRole",
        }),
      }),
    );
    await dialog.getByRole("button", { name: "Save" }).click();
    await dialog.getByText("Somebody else changed the document meanwhile.").waitFor();
    expect((await trust())[0].Condition).toBeUndefined();
    await dialog.getByRole("button", { name: "Save" }).click();
    await page.getByText("Saved the trust policy of guests.").first().waitFor();
    const [statement] = await trust();
    expect(statement).toMatchObject({ Sid: "Partner" });
    expect(statement.Condition.StringEquals["sts:ExternalId"]).toMatch(/^[0-9a-f-]{36}$/);

    await row.getByText("Low").waitFor();
    await row.getByRole("button").first().click();
    expect(await dialog.getByRole("button", { name: "Require an external ID" }).count()).toBe(0);
    await dialog.getByRole("button", { name: "Remove the principal" }).click();
    await dialog.getByRole("button", { name: "Save" }).click();
    await page.getByText("Saved the trust policy of guests.").first().waitFor();
    await expect.poll(async () => (await trust())[0].Effect).toBe("Deny");
  });

  it("corrects the name of an action that no service has", async () => {
    const { iam } = console.installation;
    await iam.send(
      new PutUserPolicyCommand({
        UserName: "boss",
        PolicyName: "typo",
        PolicyDocument: policyText({ Effect: "Allow", Action: "orders:GetOrdr", Resource: "*" }),
      }),
    );
    const page = await console.open("/findings?severity=LOW&q=boss", { as: ROOT });
    await page
      .getByRole("row")
      .filter({ hasText: "user/boss" })
      .getByRole("button")
      .first()
      .click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("button", { name: "Correct it" }).click();
    await dialog
      .getByText(/orders:GetOrder\b/)
      .first()
      .waitFor();
    await dialog.getByRole("button", { name: "Save" }).click();
    await page.getByText(/^Saved inline policy typo/).waitFor();
    const { PolicyDocument } = await iam.send(
      new GetUserPolicyCommand({ UserName: "boss", PolicyName: "typo" }),
    );
    expect(decodeURIComponent(PolicyDocument ?? "")).toContain('"orders:GetOrder"');
  });

  it("archives a finding with a reason, for everybody, and restores it", async () => {
    const page = await console.open("/findings?q=boss&severity=HIGH", { as: ROOT });
    const row = page.getByRole("row").filter({ hasText: "user/boss" });
    await row.getByRole("button").first().click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("button", { name: "Archive" }).click();
    await dialog.getByRole("button", { name: "Archive" }).click();
    await dialog.getByText("Say why it is left as it is").waitFor();
    const reason = "<img src=x onerror=alert(1)> the founder";
    await dialog.getByLabel("Reason").fill(reason);
    await expectAccessible(page);
    await dialog.getByRole("button", { name: "Show as CLI" }).click();
    await dialog.getByText("Portcullis.ArchiveFinding").waitFor();
    await dialog.getByRole("button", { name: "Archive" }).click();
    await page.getByText("Archived the finding.").waitFor();
    await row.waitFor({ state: "detached" });

    const other = await console.open("/findings?state=archived&q=boss", { as: ROOT });
    await other
      .getByRole("row")
      .filter({ hasText: "user/boss" })
      .getByRole("button")
      .first()
      .click();
    const archived = other.getByRole("dialog");
    await archived.getByText(reason).waitFor();
    expect(await archived.locator("img[src=x]").count()).toBe(0);
    await expectAccessible(other);
    await archived.getByRole("button", { name: "Restore" }).click();
    await archived.getByRole("button", { name: "Restore" }).click();
    await other.getByText("Restored the finding.").waitFor();
    await page.reload();
    await row.waitFor();
  });

  it("finds what is unused after 90 days, and deactivates a key that is", async () => {
    const { iam } = console.installation;
    await console.makeUser("idle");
    await iam.send(
      new PutUserPolicyCommand({
        UserName: "idle",
        PolicyName: "orders",
        PolicyDocument: policyText({ Effect: "Allow", Action: "orders:*", Resource: "*" }),
      }),
    );
    const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: "idle" }));
    const hundredDaysOn = Date.now() + 100 * 86_400_000;
    try {
      vi.useFakeTimers({ toFake: ["Date"], now: hundredDaysOn });
      const page = await console.open("/settings", { as: ROOT });
      await travelTo(page.context(), hundredDaysOn);
      await page.getByRole("link", { name: "Findings" }).click();
      await page.getByLabel("Find findings").fill("idle");
      await page.getByRole("button", { name: "Permissions of orders are not used" }).waitFor();
      await page.getByRole("button", { name: "The user's password is not used" }).waitFor();
      await page.getByRole("button", { name: "An access key of the user is not used" }).click();
      const dialog = page.getByRole("dialog");
      await dialog.getByRole("button", { name: "Deactivate the unused keys" }).click();
      await dialog.getByText(`${AccessKey?.AccessKeyId}, last used: Never`).waitFor();
      await dialog.getByRole("button", { name: "Deactivate" }).click();
      await page.getByText("Deactivated the unused keys of idle.").waitFor();
      await console.closePages();
    } finally {
      vi.useRealTimers();
    }
    const { AccessKeyMetadata } = await iam.send(new ListAccessKeysCommand({ UserName: "idle" }));
    expect(AccessKeyMetadata?.map(({ Status }) => Status)).toEqual(["Inactive"]);
  });

  it("keeps filters in the address, and finds again on demand", async () => {
    const page = await console.open("/findings?severity=INFO", { as: ROOT });
    await page.getByText(LEFT_OUT).waitFor();
    await page.getByText("No finding of this severity.").waitFor();
    await page.getByRole("button", { name: "Severity Info" }).click();
    await page.getByRole("option", { name: "Every severity" }).click();
    await page.getByText("role/open").first().waitFor();
    expect(new URL(page.url()).searchParams.has("severity")).toBe(false);
    await page.getByRole("button", { name: "Reload" }).click();
    await page.getByText("role/open").first().waitFor();
  });

  it("names what may not be read", async () => {
    const { iam } = console.installation;
    const nobody = await console.makeUser("nobody");
    const denied = await console.open("/findings", { as: nobody });
    await denied
      .getByText("You don't have permission: iam:GetAccountAuthorizationDetails")
      .waitFor();
    await expectAccessible(denied);
    const partial = await console.makeUser("partial");
    await iam.send(
      new PutUserPolicyCommand({
        UserName: "partial",
        PolicyName: "p",
        PolicyDocument: policyText({
          Effect: "Allow",
          Action: "iam:GetAccountAuthorizationDetails",
          Resource: "*",
        }),
      }),
    );
    const page = await console.open("/findings", { as: partial });
    await page
      .getByText(/^Unused credentials are left out: .*iam:GenerateCredentialReport/)
      .waitFor();
    await page.getByText("role/open").first().waitFor();
  });

  it("starts no worker but the console's own", async () => {
    const page = await console.open("/findings", { as: ROOT });
    await page.getByText(LEFT_OUT).waitFor();
    const outcomes = await page.evaluate(() =>
      ["data:text/javascript,1", "/iam/", "/console/assets/../index.html"].map((url) => {
        try {
          new Worker(url).terminate();
          return "started";
        } catch (error) {
          return (error as Error).name;
        }
      }),
    );
    expect(outcomes).toEqual(["TypeError", "TypeError", "TypeError"]);
    // Each is reported twice: by the browser, then by the page's own listener.
    const violations: string[] = [];
    await expect
      .poll(() => {
        violations.push(...console.faults().filter((fault) => fault.startsWith("policy")));
        return violations;
      })
      .toEqual(Array(3).fill("policy violation: require-trusted-types-for trusted-types-sink"));
  });

  // Long tasks are measured by the clock, so that another process on the same core counts too.
  it("reads 10,000 principals and no more, and blocks no input for 100 ms", async () => {
    const page = await console.open("/settings", { as: ROOT, ownContext: true });
    await page.getByText("Password policy").first().waitFor();
    await pretendEntities(page);
    const tasks = await mainThreadTasks(page, async () => {
      await page.getByRole("link", { name: "Findings" }).click();
      await page.getByText(LEFT_OUT).waitFor({ timeout: 60_000 });
      await page.getByText("The account has more users than the 10,000 that were read.").waitFor();
    });
    // It did see the page work.
    expect(tasks.length).toBeGreaterThan(1_000);
    expect(tasks.filter((milliseconds) => milliseconds > 100)).toEqual([]);
  });
});

const RANKS = ["Critical", "High", "Medium", "Low", "Info"];

/** Answers for 11,000 users with a policy each: to make them takes minutes. */
async function pretendEntities(page: Page): Promise<void> {
  await page.route("**/iam/", async (route: Route) => {
    const body = new URLSearchParams(route.request().postData() ?? "");
    if (body.get("Action") !== "GetAccountAuthorizationDetails") return route.continue();
    const from = Number(body.get("Marker") ?? 0);
    const isUsers = body.get("Filter.member.1") === "User";
    const count = isUsers ? Number(body.get("MaxItems")) : 0;
    const members = Array.from({ length: count }, (_, at) => memberOf(from + at)).join("");
    const next = isUsers && from + count < 11_000 ? `<Marker>${from + count}</Marker>` : "";
    return route.fulfill({
      contentType: "text/xml",
      body: `<GetAccountAuthorizationDetailsResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><GetAccountAuthorizationDetailsResult><UserDetailList>${members}</UserDetailList><IsTruncated>${next !== ""}</IsTruncated>${next}</GetAccountAuthorizationDetailsResult><ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></GetAccountAuthorizationDetailsResponse>`,
    });
  });
}

function memberOf(at: number): string {
  const name = `user-${at}`;
  const action = at % 10 === 0 ? "*" : `orders:Get${at % 7}*`;
  const text = encodeURIComponent(policyText({ Effect: "Allow", Action: action, Resource: "*" }));
  return `<member><Path>/</Path><UserName>${name}</UserName><UserId>AIDA${at}</UserId><Arn>arn:aws:iam::100000000000:user/${name}</Arn><CreateDate>2026-01-01T00:00:00Z</CreateDate><UserPolicyList><member><PolicyName>p</PolicyName><PolicyDocument>${text}</PolicyDocument></member></UserPolicyList></member>`;
}
