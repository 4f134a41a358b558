import {
  CreateAccessKeyCommand,
  CreateUserCommand,
  PutUserPolicyCommand,
} from "@aws-sdk/client-iam";
import {
  createPortcullisClient,
  type PortcullisClient,
} from "@portcullis/control-api/portcullis-client";
import type { Page } from "playwright-core";
import { beforeAll, expect, it } from "vitest";
import { eventually } from "../support/eventually.ts";
import { credentialsOf, type TestCredentials } from "../support/harness.ts";
import { allow, document } from "../support/people.ts";
import { expectAccessible, expectLoaded } from "./support/accessible.ts";
import { type ConsoleTest, ROOT } from "./support/console.ts";
import { describeConsole } from "./support/describe-console.ts";

const keyOf = async ({ installation }: ConsoleTest, UserName: string): Promise<TestCredentials> =>
  credentialsOf((await installation.iam.send(new CreateAccessKeyCommand({ UserName }))).AccessKey);

const clientOf = ({ installation }: ConsoleTest): PortcullisClient =>
  createPortcullisClient({
    endpoint: installation.local.controlUrl,
    credentials: installation.root,
  });

/** Waits until so many decisions are recorded. */
const recorded = (console: ConsoleTest, count: number) =>
  eventually(async () => {
    const { Decisions } = await clientOf(console).listDecisions({ MaxResults: 100 });
    return Decisions.length >= count ? Decisions : undefined;
  });

const rows = (page: Page) => page.getByRole("link", { name: /^Why: / });

describeConsole("decisions", (console) => {
  let ana: TestCredentials;
  let carlos: TestCredentials;
  beforeAll(async () => {
    const { iam, call } = console.installation;
    await console.makeUser("ana");
    ana = await keyOf(console, "ana");
    await iam.send(new CreateUserCommand({ UserName: "carlos", Path: "/eng/" }));
    carlos = await keyOf(console, "carlos");
    await iam.send(
      new PutUserPolicyCommand({
        UserName: "carlos",
        PolicyName: "own",
        PolicyDocument: document(allow("orders:*")),
      }),
    );
    for (const id of [1, 2]) await call(ana, "GET", `/orders/${id}`);
    await call(ana, "POST", "/orders", { body: "{}" });
    await recorded(console, 3);
  });

  it("lists denials newest first, and keeps its filter in the address", async () => {
    const page = await console.open("/decisions", { as: ROOT });
    await rows(page).nth(2).waitFor();
    expect(await rows(page).count()).toBe(3);
    await page.getByRole("rowheader", { name: "orders:CreateOrder" }).waitFor();
    await expectAccessible(page);
    await page.getByLabel("Principal").fill("user/ana");
    await page.getByLabel("Action").fill("orders:getorder");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Denied and traced (2)" }).waitFor();
    expect(await rows(page).count()).toBe(2);
    expect(page.url()).toMatch(/\?principal=user%2Fana&action=orders%3Agetorder$/);
    await page.reload();
    await rows(page).nth(1).waitFor();
    expect(await page.getByLabel("Action").inputValue()).toBe("orders:getorder");
    await rows(page).first().click();
    await page.getByRole("heading", { level: 1, name: "Why denied" }).waitFor();
    await page.getByText("no identity-based policy allows it").waitFor();
    await page.goBack();
    await rows(page).nth(1).waitFor();
    await page.getByRole("button", { name: "Clear" }).click();
    await rows(page).nth(2).waitFor();
  });

  it("filters by outcome and time, and refuses what is no time", async () => {
    const page = await console.open("/decisions?outcome=explicitDeny", { as: ROOT });
    await page.getByText("No such decision in what was looked through.").waitFor();
    await page.goto(`${console.url}/decisions?time=hour`);
    await rows(page).nth(2).waitFor();
    await page.goto(`${console.url}/decisions?time=between&from=2020-01-01&to=2020-01-02`);
    await page.getByText("No such decision in what was looked through.").waitFor();
    await page.getByRole("textbox", { name: "From" }).fill("yesterday");
    await page.getByText("Type it like 2026-11-29 14:00.").waitFor();
    await page.getByRole("button", { name: "Apply" }).click();
    expect(page.url()).toContain("from=2020-01-01");
    await expectAccessible(page);
  });

  it("loads 100 at a time", async () => {
    const { call } = console.installation;
    for (let id = 0; id < 100; id++) await call(ana, "DELETE", `/orders/${id}`);
    await eventually(async () => {
      const { NextToken } = await clientOf(console).listDecisions({ MaxResults: 100 });
      return NextToken;
    }, 10_000);
    const page = await console.open("/decisions", { as: ROOT });
    await page.getByText("100 decisions loaded.").waitFor();
    await page.getByRole("button", { name: "Load 100 more" }).click();
    await page.getByRole("heading", { name: /^Denied and traced \(10[3-9]\)$/ }).waitFor();
  });

  it("tells how many decisions were too many to record", async () => {
    const page = await console.open("/decisions", { as: ROOT });
    await page.route("**/portcullis", async (route) => {
      const response = await route.fetch();
      const body = { ...(await response.json()), NextToken: undefined, DroppedDecisions: 1_234 };
      await route.fulfill({ response, json: body });
    });
    await page.getByRole("button", { name: "Reload" }).click();
    await page.getByText("1,234 decisions of these days came too fast to be recorded.").waitFor();
    await expectAccessible(page);
  });

  it("traces a principal for a limited time, and makes a policy of what it did", async () => {
    const { call, account } = console.installation;
    const page = await console.open("/decisions?tab=traces", { as: ROOT });
    await page.getByText("No principal is traced.").waitFor();
    await expectAccessible(page);
    await page.getByRole("button", { name: "Start a trace" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Principal").press("Enter");
    await dialog.getByText("Type a user, a role, or root.").waitFor();
    await dialog.getByLabel("Principal").fill("arn:aws:iam::999999999999:user/x");
    await dialog.getByText("Type a user or role of this account").waitFor();
    await dialog.getByLabel("Principal").fill("carlos");
    // By name alone its path is not known.
    await dialog.getByText(`arn:aws:iam::${account}:user/eng/carlos`).first().waitFor();
    await dialog.getByRole("button", { name: "Show as CLI" }).click();
    await dialog.getByText("x-amz-target: Portcullis.StartTrace").waitFor();
    await expectAccessible(page);
    await dialog.getByRole("button", { name: "Start", exact: true }).click();
    await page.getByText("Tracing carlos.").waitFor();
    expect((await clientOf(console).listTraces()).Traces).toMatchObject([
      { PrincipalArn: `arn:aws:iam::${account}:user/eng/carlos` },
    ]);
    await expectAccessible(page);

    for (const id of ["a", "b"]) await call(carlos, "GET", `/orders/${id}`);
    await call(carlos, "GET", "/orders");
    await eventually(async () => {
      const { Decisions } = await clientOf(console).listDecisions({ Outcome: "allowed" });
      return Decisions.length === 3 ? true : undefined;
    });
    await page.getByRole("link", { name: "Show decisions about carlos" }).click();
    await rows(page).nth(2).waitFor();
    await rows(page).first().click();
    await page.getByText("was allowed.").waitFor();
    await page.getByText("inline policy own of user carlos").waitFor();
    await expectAccessible(page);

    await page.goto(`${console.url}/decisions?tab=use`);
    await page.getByLabel("Principal").fill("user/carlos");
    await page.keyboard.press("Enter");
    await page.getByText(`"arn:aws:orders:us-east-1:${account}:order/*"`).waitFor();
    expect(page.url()).toContain("of=user%2Fcarlos");
    await expectAccessible(page);
    await page.getByRole("button", { name: "Open in the editor" }).click();
    await page.getByRole("heading", { level: 1, name: "Create policy" }).waitFor();
    await page.getByText("orders:ListOrders").first().waitFor();

    await page.goto(`${console.url}/decisions?tab=traces`);
    await page.getByRole("button", { name: "Stop the trace of carlos" }).click();
    await dialog.getByRole("button", { name: "Stop", exact: true }).click();
    await page.getByText("No principal is traced.").waitFor();
    expect((await clientOf(console).listTraces()).Traces).toEqual([]);
  });

  it("says in each part what may not be read", async () => {
    const person = await console.makeUser("nobody");
    const page = await console.open("/decisions", { as: person });
    for (const [tab, action] of [
      ["list", "ListDecisions"],
      ["observed", "GetAccessReport"],
      ["use&of=user/ana", "GetAccessReport"],
      ["traces", "ListTraces"],
    ]) {
      await page.goto(`${console.url}/decisions?tab=${tab}`);
      await page.getByText(`You don't have permission: portcullis:${action}`).waitFor();
      await expectAccessible(page);
    }
    await page.getByRole("button", { name: "Start a trace" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Principal").fill("root");
    await dialog.getByRole("button", { name: "Start", exact: true }).click();
    await dialog.getByText("You don't have permission: portcullis:StartTrace").waitFor();
  });

  it("says when nothing is recorded, and when the control API can't be reached", async () => {
    const page = await console.open("/decisions?tab=observed", { as: ROOT });
    await page.getByText("Nothing was let through in the last 30 days.").waitFor();
    await page.goto(`${console.url}/decisions?tab=use&of=user/ana&days=1`);
    await page.getByText("ana did nothing in the last day that was counted.").waitFor();
    await page.route("**/portcullis", (route) => route.abort());
    await page.getByRole("tab", { name: "Traces" }).click();
    await page.getByText("The control API can't be reached.").waitFor();
    expect(console.faults()).toEqual(["Failed to load resource: net::ERR_FAILED"]);
    await expectAccessible(page);
    await page.unroute("**/portcullis");
    await page.getByRole("button", { name: "Try again" }).click();
    await page.getByRole("heading", { name: /^Traces \(/ }).waitFor();
  });
});

describeConsole(
  "decisions of an API that is observed",
  (console) => {
    it("reports what would have been denied, with the policy that would allow it", async () => {
      const { call, account } = console.installation;
      await console.makeUser("ana");
      const ana = await keyOf(console, "ana");
      for (const id of ["a", "b"])
        expect((await call(ana, "GET", `/orders/${id}`)).status).toBe(404);
      await recorded(console, 2);
      await eventually(async () => {
        const { Entries } = await clientOf(console).getAccessReport({ ObservedOnly: true });
        return Entries.length > 0 ? true : undefined;
      });
      const page = await console.open("/decisions?tab=observed", { as: ROOT });
      await page.getByRole("cell", { name: "GET /orders/{orderId}" }).waitFor();
      await expectAccessible(page);
      await page.getByRole("button", { name: "Policy for ana" }).click();
      await page.getByText(`"arn:aws:orders:us-east-1:${account}:order/*"`).waitFor();
      await expectAccessible(page);
      await page.setViewportSize({ width: 320, height: 640 });
      await expectLoaded(page);
      const overflow = await page.evaluate(
        () =>
          globalThis.document.documentElement.scrollWidth -
          globalThis.document.documentElement.clientWidth,
      );
      expect(overflow).toBe(0);
      await page.setViewportSize({ width: 1280, height: 900 });
      await page.getByRole("button", { name: "Open in the editor" }).click();
      await page.getByRole("heading", { level: 1, name: "Create policy" }).waitFor();

      await page.goto(`${console.url}/decisions`);
      await page.getByText("Not allowed, let through").first().waitFor();
      await rows(page).first().click();
      await page.getByText("It was let through, because the API is only observed.").waitFor();
    });
  },
  { observe: {} },
);
