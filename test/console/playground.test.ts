import type { Page } from "playwright-core";
import { expect, it } from "vitest";
import { fragmentOf, projectOfFragment } from "../../packages/console/src/playground/link.ts";
import { expectAccessible } from "./support/accessible.ts";
import { describePlayground } from "./support/playground.ts";

const openTab = (page: Page, name: string) => page.getByRole("tab", { name }).click();

async function typeInto(page: Page, label: string, text: string): Promise<void> {
  await page.getByRole("textbox", { name: label, exact: true }).click();
  await page.keyboard.press("ControlOrMeta+A");
  await page.keyboard.insertText(text);
}

const requests = { actions: "", resources: "*", context: {} };
const linkTo = async (...files: readonly { path: string; part: string; text: string }[]) =>
  `#${await fragmentOf({ files: files as never, requests })}`;

describePlayground("the playground", (playground) => {
  it("begins with an example whose tests pass, in any folder, and calls nobody", async () => {
    const page = await playground.open();
    await page.getByRole("heading", { level: 1, name: "Policy playground" }).waitFor();
    await page.getByRole("region", { name: "policies/order-reader.json, visual" }).waitFor();
    await page.getByText("No faults.").first().waitFor();
    await openTab(page, "Tests");
    await page
      .getByText("20 tests passed; statements 9 of 9 (100 %), actions 4 of 4 (100 %).")
      .waitFor();
    expect(await page.getByRole("list", { name: "Results" }).getByRole("listitem").count()).toBe(
      20,
    );
  });

  it("fails a test when a policy changes, with the reason, as the command does", async () => {
    const page = await playground.open();
    const fields = page.getByRole("region", { name: "policies/order-reader.json, visual" });
    await fields.getByLabel("Effect").selectOption("Deny");
    await fields.getByText("Denies orders:ListOrders on *.").waitFor();
    await openTab(page, "Tests");
    await page.getByText(/^\d+ of 20 tests failed/).waitFor();
    await page
      .getByText(
        "expected allowed, got explicitDeny: denied by OrderReader#ListOrders (identity-based)",
      )
      .first()
      .waitFor();
    await typeInto(page, "orders.test.yaml", "polices: {}");
    await page.getByText("orders.test.yaml:1: the file is wrong: Unrecognized key").waitFor();
    await typeInto(
      page,
      "orders.test.yaml",
      "policies: {A: absent.json}\nusers: {a: {policies: [A]}}",
    );
    await page.getByText("There is no file absent.json here.").waitFor();
  });

  it("gives all that is there as a link, which another browser opens", async () => {
    const page = await playground.open();
    await page.getByRole("button", { name: "Start empty" }).click();
    await typeInto(page, "policy.json", '{"Statement": "שלום <b>"}');
    await openTab(page, "Simulator");
    await page.getByLabel("Actions").fill("orders:GetOrder");
    const held = async () => JSON.stringify(await projectOfFragment(new URL(page.url()).hash));
    await expect.poll(held).toContain("orders:GetOrder");
    const link = new URL(page.url());
    expect(link.search).toBe("");
    const other = await playground.open(link.hash);
    await other.getByRole("textbox", { name: "policy.json" }).getByText("שלום <b>").waitFor();
    await openTab(other, "Simulator");
    expect(await other.getByLabel("Actions").inputValue()).toBe("orders:GetOrder");
    // A link that is followed on the page takes the place of what is there.
    await other.evaluate(
      (hash) => {
        location.hash = hash;
      },
      await linkTo({ path: "other.json", part: "boundary", text: "{}" }),
    );
    await openTab(other, "Policies");
    await other.getByRole("textbox", { name: "other.json" }).waitFor();
  });

  it("refuses links that are cut, are no project, or unpack to more than it takes", async () => {
    const whole = await linkTo({ path: "a.json", part: "identity", text: "{}" });
    const bomb = await linkTo({ path: "a.json", part: "identity", text: " ".repeat(900_000) });
    expect(bomb.length).toBeLessThan(32_000);
    for (const fragment of [whole.slice(0, -9), "#1.", "#anything", "#1.AAAA"]) {
      const page = await playground.open(fragment);
      await page.getByText("This link can't be read").waitFor();
      await page.getByRole("region", { name: "policies/order-reader.json, visual" }).waitFor();
    }
    const packed = new Blob([" ".repeat(20_000_000)])
      .stream()
      .pipeThrough(new CompressionStream("deflate-raw"));
    const bytes = Buffer.from(await new Response(packed).arrayBuffer());
    const page = await playground.open(`#1.${bytes.toString("base64url")}`);
    await page.getByText("This link can't be read").waitFor();
    await expectAccessible(page);
  });

  it("says when the project is too large for a link", async () => {
    const page = await playground.open();
    await openTab(page, "Tests");
    // Text that can't be compressed.
    let noise = "";
    for (let seed = 1; noise.length < 80_000; seed = (seed * 48_271) % 2_147_483_647)
      noise += seed.toString(36);
    await typeInto(page, "orders.test.yaml", noise);
    await page.getByText("Too large for a link").waitFor();
    expect(await page.getByRole("button", { name: "Copy link" }).isDisabled()).toBe(true);
  });

  it("simulates, tells why, and saves the case as a test that passes", async () => {
    const page = await playground.open();
    await openTab(page, "Simulator");
    await page.getByText("3 of 6 requests allowed.").waitFor();
    await page
      .getByRole("button", { name: /^Why orders:DeleteOrder on .*archive-1 is denied/ })
      .click();
    const dialog = page.getByRole("dialog");
    await dialog
      .getByText("A deny in the service control policies wins over every allow.")
      .waitFor();
    await dialog.getByText("service-control/no-deletes.json, line").waitFor();
    await expectAccessible(page);
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "Save as test case" }).click();
    await page.getByRole("textbox", { name: "simulation.test.json" }).waitFor();
    await page.getByText(/^6 tests passed/).waitFor();
    await page
      .getByRole("textbox", { name: "simulation.test.json" })
      .getByText('"policies/order-clerk.json"')
      .waitFor();
    await openTab(page, "Services");
    await typeInto(page, "orders.service.yaml", "service: [");
    await page.getByText(/orders\.service\.yaml:1:\d+ is not YAML/).waitFor();
    await typeInto(page, "orders.service.yaml", "service: orders");
    await page.getByText(/is no service: it needs/).waitFor();
  });

  it("adds, renames, downloads and removes files", async () => {
    const page = await playground.open();
    await page.getByRole("button", { name: "Add", exact: true }).first().click();
    await page.getByRole("textbox", { name: "policy.json" }).waitFor();
    await page.getByLabel("It is").selectOption("trust");
    await page
      .getByText("0 of 2,048 characters")
      .or(page.getByText(/of 2,048 characters/))
      .waitFor();
    const path = page.getByRole("textbox", { name: "Path" });
    await path.fill("policies/order-clerk.json");
    await page.getByText("Another file has this path.").waitFor();
    await path.fill("trust/auditor.json");
    await path.press("Enter");
    await page.getByRole("textbox", { name: "trust/auditor.json" }).waitFor();
    const download = page.waitForEvent("download");
    await page.getByRole("button", { name: "Download trust/auditor.json" }).click();
    expect((await download).suggestedFilename()).toBe("auditor.json");
    await page.getByRole("button", { name: "Remove trust/auditor.json" }).click();
    await page.getByRole("region", { name: "policies/order-reader.json, visual" }).waitFor();
  });

  it("is accessible on every tab, in light and dark, and fits a narrow window", async () => {
    const page = await playground.open();
    for (const tab of ["Policies", "Simulator", "Tests", "Services"]) {
      await openTab(page, tab);
      await page.getByRole("tabpanel").first().waitFor();
      await expectAccessible(page);
    }
    await page.setViewportSize({ width: 320, height: 640 });
    for (const tab of ["Services", "Policies"]) {
      await page.getByRole("tab", { name: tab }).click();
      const overflow = () =>
        document.documentElement.scrollWidth - document.documentElement.clientWidth;
      expect(await page.evaluate(overflow)).toBe(0);
    }
  });

  it("works by keyboard alone", async () => {
    const page = await playground.open();
    const tab = page.getByRole("tab", { name: "Policies" });
    await tab.focus();
    await page.keyboard.press("ArrowRight");
    await page.getByLabel("Actions").waitFor();
    await page.getByLabel("Actions").focus();
    await page.keyboard.press("ControlOrMeta+A");
    await page.keyboard.insertText("orders:ListOrders");
    await page.getByText("2 of 2 requests allowed.").waitFor();
    await page.getByRole("button", { name: "Save as test case" }).focus();
    await page.keyboard.press("Enter");
    await page.getByText(/^2 tests passed/).waitFor();
  });

  it("shows hostile files as text", async () => {
    const image = "<img src=x onerror=alert(1)>";
    const page = await playground.open(
      await linkTo(
        { path: `${image}.json`, part: "identity", text: `{"Statement":{"Sid":"${image}"}}` },
        { path: "__proto__", part: "identity", text: "{}" },
        { path: "constructor", part: "service", text: image },
        {
          path: "x.test.yaml",
          part: "test",
          text: `tests: [{principal: "${image}", request: "a", expect: allowed}]`,
        },
      ),
    );
    await page.getByText(`Statement 1: ${image}`).waitFor();
    await page.getByLabel("Policy", { exact: true }).selectOption("__proto__");
    await page.getByRole("textbox", { name: "__proto__" }).waitFor();
    await openTab(page, "Tests");
    await page.getByText("The tests can't be run").waitFor();
    await openTab(page, "Services");
    await page.getByText(/constructor is no service/).waitFor();
    await expectAccessible(page);
  });
});
