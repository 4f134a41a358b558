import { CreateUserCommand } from "@aws-sdk/client-iam";
import type { Page, Route } from "playwright-core";
import { beforeAll, expect, it } from "vitest";
import { ROOT } from "./support/console.ts";
import { describeConsole } from "./support/describe-console.ts";

const USERS = 100_000;
const PAGE = 1000;

/**
 * Answers ListUsers for 100,000 users that the account does not have: to make them takes minutes,
 * and the server's part of it has tests of its own. Everything else goes to the product.
 */
async function pretendUsers(page: Page): Promise<void> {
  await page.route("**/iam/", async (route: Route) => {
    const body = new URLSearchParams(route.request().postData() ?? "");
    if (body.get("Action") === "GetAccountSummary") {
      const response = await route.fetch();
      const text = (await response.text()).replace(
        /<key>Users<\/key><value>\d+/,
        `<key>Users</key><value>${USERS}`,
      );
      return route.fulfill({ response, body: text });
    }
    if (body.get("Action") !== "ListUsers") return route.continue();
    const from = Number(body.get("Marker") ?? 0);
    const members = Array.from({ length: PAGE }, (_, at) => memberOf(from + at)).join("");
    const next = from + PAGE < USERS ? `<Marker>${from + PAGE}</Marker>` : "";
    return route.fulfill({
      contentType: "text/xml",
      body: `<ListUsersResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><ListUsersResult><Users>${members}</Users><IsTruncated>${next !== ""}</IsTruncated>${next}</ListUsersResult><ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></ListUsersResponse>`,
    });
  });
}

function memberOf(at: number): string {
  const name = `user-${String(at).padStart(6, "0")}`;
  return `<member><Path>/</Path><UserName>${name}</UserName><UserId>AIDA${at}</UserId><Arn>arn:aws:iam::100000000000:user/${name}</Arn><CreateDate>2026-01-01T00:00:00Z</CreateDate></member>`;
}

describeConsole("100,000 users in the console", (console) => {
  beforeAll(async () => {
    await console.installation.iam.send(new CreateUserCommand({ UserName: "zz-behind" }));
  });

  it("lists 1,000 a call, says what it searched, finds an exact name, and loads the rest", async () => {
    const page = await console.open("/switch-role", { as: ROOT });
    await pretendUsers(page);
    await page.getByRole("link", { name: "Users", exact: true }).click();
    await page.getByRole("heading", { name: "Users (1,000 of 100,000)" }).waitFor();
    expect(await page.getByRole("row").count()).toBe(51);
    const filter = page.getByPlaceholder("Find users");
    await filter.fill("zz-behind");
    await page.getByText("0 matches in 1,000 of 100,000 users").first().waitFor();
    // Behind the first 1,000, and found by its exact name all the same.
    await page.getByText("There is a user of exactly this name:").waitFor();
    await page.getByRole("link", { name: "zz-behind" }).waitFor();
    await page.getByRole("button", { name: "Clear the filter" }).click();
    await page.getByRole("button", { name: "Load 1,000 more" }).click();
    await page.getByRole("heading", { name: "Users (2,000 of 100,000)" }).waitFor();
    await page.getByRole("button", { name: "Load all" }).click();
    await page.getByRole("button", { name: "Stop" }).click();
    await page.getByRole("button", { name: "Load all" }).click();
    await page.getByRole("heading", { name: "Users (100,000)" }).waitFor({ timeout: 60_000 });
    await filter.fill("user-0999");
    await page.getByText("100 matches").first().waitFor();
    expect(await page.getByRole("row").count()).toBe(51);
    // Typing stays quick: the time from a key to the next picture.
    await filter.fill("");
    const slowest = await page.evaluate(measureTyping);
    expect(slowest).toBeLessThan(1000);
  });
});

/**
 * The longest of four keys in the filter, from the key to the picture after it, in milliseconds.
 */
async function measureTyping(): Promise<number> {
  const input = document.querySelector<HTMLInputElement>('input[placeholder="Find users"]');
  const set = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value")?.set;
  let slowest = 0;
  for (const text of ["u", "us", "use", "user"]) {
    const start = performance.now();
    set?.call(input, text);
    input?.dispatchEvent(new Event("input", { bubbles: true }));
    await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
    slowest = Math.max(slowest, performance.now() - start);
  }
  return slowest;
}
