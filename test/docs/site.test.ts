import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
// @ts-expect-error: a script without types
import { brokenLinks } from "../../docs/scripts/broken-links.mjs";
import { describeInBrowser, launchBrowser } from "../console/support/browser.ts";
import { serveFolder } from "./support/static-site.ts";

const run = promisify(execFile);
const BUILD = resolve(import.meta.dirname, "../../docs/scripts/build.mjs");
/** A host may serve the manual below a path. */
const BASE = "/manual/";

/** The built manual. It is built once, with the JavaScript API, which takes 20 s of processor time. */
let folder: string;
let output: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "portcullis-site-"));
  const env = { ...process.env, DOCS_BASE: BASE, NODE_ENV: "production" };
  ({ stdout: output } = await run(process.execPath, [BUILD, "--out", folder], { env }));
}, 600_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it("the manual is built, and all its links and anchors lead somewhere", () => {
  expect(output).toContain("all its links lead somewhere");
  expect(brokenLinks(folder, BASE)).toEqual([]);
});

describe("the check of links", () => {
  it("names a missing file, a missing anchor and what is outside of the base", () => {
    const site = mkdtempSync(join(tmpdir(), "portcullis-links-"));
    mkdirSync(join(site, "a"));
    writeFileSync(
      join(site, "index.html"),
      `<h1 id="top"><a href="#top">1</a> <a href="/b/a/page.html#here">2</a> <a href="a/">3</a>
       <a href="/b/none.html">4</a> <a href="a/page.html#gone">5</a> <a href="/else">6</a>
       <a href="https://example.com/">7</a> <img src="a/none.png"></h1>`,
    );
    writeFileSync(join(site, "a/page.html"), '<h1 id="here">there</h1>');
    expect(brokenLinks(site, "/b/")).toEqual([
      "index.html: a/",
      "index.html: /b/none.html",
      "index.html: a/page.html#gone",
      "index.html: /else",
      "index.html: a/none.png",
    ]);
    rmSync(site, { recursive: true });
  });
});

describeInBrowser("the manual in a browser", () => {
  let site: Awaited<ReturnType<typeof serveFolder>>;
  let browser: Browser;
  beforeAll(async () => {
    site = await serveFolder(folder, BASE);
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await browser.close();
    site.close();
  });

  async function open(path: string, width: number): Promise<{ page: Page; faults: string[] }> {
    const page = await browser.newPage({ viewport: { width, height: 800 } });
    const faults: string[] = [];
    page.on("console", (message) => message.type() === "error" && faults.push(message.text()));
    page.on("request", (request) => {
      if (!request.url().startsWith(site.url)) faults.push(request.url());
    });
    await page.goto(site.url + path, { waitUntil: "networkidle" });
    return { page, faults };
  }

  it("finds a page by search, without a request to another host", async () => {
    const { page, faults } = await open("index.html", 1280);
    await page.getByRole("button", { name: "Search" }).click();
    await page.getByRole("searchbox").fill("authenticator app");
    await page.locator(".result").first().click();
    await page.waitForURL(/sign-in\.html/);
    expect(await page.locator("h1").textContent()).toContain("Sign in and MFA");
    expect(faults).toEqual([]);
    await page.close();
  });

  it("has a dark mode that stays", async () => {
    const { page } = await open("five-minutes.html", 1280);
    const isDark = () => page.evaluate("document.documentElement.classList.contains('dark')");
    expect(await isDark()).toBe(false);
    await page.getByRole("switch", { name: /theme/ }).first().click();
    expect(await isDark()).toBe(true);
    await page.reload();
    expect(await isDark()).toBe(true);
    await page.close();
  });

  it.each(["index.html", "five-minutes.html", "compared.html", "reference/errors.html"])(
    "fits %s on a telephone",
    async (path) => {
      const { page, faults } = await open(path, 375);
      const beyond = "document.documentElement.scrollWidth - innerWidth";
      expect(await page.evaluate(beyond)).toBe(0);
      expect(faults).toEqual([]);
      await page.close();
    },
  );
});
