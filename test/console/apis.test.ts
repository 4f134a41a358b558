import { PutUserPolicyCommand } from "@aws-sdk/client-iam";
import { beforeAll, expect, it } from "vitest";
import { allow, user } from "../support/people.ts";
import { expectAccessible } from "./support/accessible.ts";
import { ROOT } from "./support/console.ts";
import { describeConsole } from "./support/describe-console.ts";

const document = (Action: string, Resource = "*") =>
  JSON.stringify({ Version: "2012-10-17", Statement: { Effect: "Allow", Action, Resource } });

describeConsole("the protected APIs in the console", (console) => {
  beforeAll(async () => {
    const ana = await user(console.installation, "ana", allow("orders:*"));
    expect((await console.installation.call(ana, "GET", "/orders")).status).toBe(200);
  });

  it("lists the APIs, their routes, who can call each, and when it was last called", async () => {
    const page = await console.open("/apis", { as: ROOT });
    await page.getByRole("link", { name: "Orders" }).first().waitFor();
    expect(await page.getByRole("row").filter({ hasText: "WEBSOCKET" }).count()).toBe(1);
    await expectAccessible(page);
    await page
      .getByRole("row")
      .filter({ hasText: "$default" })
      .getByRole("link", { name: "Orders" })
      .click();
    await page.getByRole("heading", { level: 1, name: "Orders" }).waitFor();
    const row = page.getByRole("row").filter({
      has: page.getByRole("rowheader", { name: /^GET \/orders(?! ?\/)/ }),
    });
    await row.getByRole("link", { name: "1 user or role" }).waitFor();
    await row.getByText("orders:ListOrders").waitFor();
    // Counts of use are written some time after the call.
    await expect
      .poll(
        async () => {
          await page.reload();
          await row.getByRole("link", { name: "1 user or role" }).waitFor();
          return row.getByText("Today").count();
        },
        { timeout: 60_000, interval: 2_000 },
      )
      .toBe(1);
    await expectAccessible(page);
    await row.getByRole("link", { name: "1 user or role" }).click();
    await page.getByRole("heading", { level: 1, name: "Who can" }).waitFor();
    await page.getByRole("link", { name: "ana" }).waitFor();
  });

  it("shows the service definition, and says where there is none", async () => {
    const page = await console.open("/apis/orders/%24default?tab=service", { as: ROOT });
    await page.getByText("orders:DeleteOrder").first().waitFor();
    await page
      .getByText(/:order\//)
      .first()
      .waitFor();
    await expectAccessible(page);
    await page.goto(`${console.url}/apis/orders/live`);
    await page.getByText("$connect", { exact: true }).waitFor();
    await page.goto(`${console.url}/apis/none/prod`);
    await page.getByText("The installation protects no API of this ID and stage.").waitFor();
    await expectAccessible(page);
  });

  it("shows an API without a service definition, whatever its name is", async () => {
    const page = await console.open("/settings", { as: ROOT });
    const Title = "<img src=x onerror=alert(1)>";
    await page.route("**/portcullis", (route) =>
      route.request().headers()["x-amz-target"] === "Portcullis.GetServiceReference"
        ? route.fulfill({
            json: {
              Apis: [{ ApiId: "bare", Kind: "HTTP", Stage: "$default", Title, Routes: [] }],
              Services: [],
            },
          })
        : route.continue(),
    );
    await page.getByRole("link", { name: "APIs" }).click();
    await page.getByRole("link", { name: Title }).click();
    await page.getByText("The API has no routes.").waitFor();
    await page.getByRole("tab", { name: "Service definition" }).click();
    await page.getByText("No service definition").waitFor();
    expect(await page.locator("main img").count()).toBe(0);
    await expectAccessible(page);
  });

  it("names what may not be read, panel by panel", async () => {
    const nobody = await console.makeUser("nobody");
    const denied = await console.open("/apis", { as: nobody });
    await denied.getByText("You don't have permission: portcullis:GetServiceReference").waitFor();
    await expectAccessible(denied);
    const reader = await console.makeUser("reader");
    await console.installation.iam.send(
      new PutUserPolicyCommand({
        UserName: "reader",
        PolicyName: "apis",
        PolicyDocument: document("portcullis:GetServiceReference"),
      }),
    );
    const partial = await console.open("/apis/orders/%24default", { as: reader });
    await partial.getByText("orders:ListOrders").first().waitFor();
    await partial
      .getByText("You don't have permission: iam:GetAccountAuthorizationDetails")
      .waitFor();
    await partial.getByText("You don't have permission: portcullis:GetAccessReport").waitFor();
    await expectAccessible(partial);
  });
});
