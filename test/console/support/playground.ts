import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { dirname, extname, join, resolve } from "node:path";
import type { Browser, BrowserContext, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect } from "vitest";
import { describeInBrowser, sharedBrowser } from "./browser.ts";

const PACKAGE = resolve(import.meta.dirname, "../../../packages/console");

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
  ".woff2": "font/woff2",
};

/** The playground on a server of files that sets no headers of its own. */
export interface PlaygroundTest {
  /** Its address, in a folder of the server. */
  readonly url: string;
  readonly open: (fragment?: string, options?: BrowserContextOptions) => Promise<Page>;
  /** What the pages asked for beside the playground's own files. */
  readonly foreign: () => readonly string[];
}

/** Tests of the built playground in a browser: no policy violation, no error, no other request. */
export function describePlayground(name: string, define: (started: PlaygroundTest) => void): void {
  describeInBrowser(name, () => {
    let directory: string;
    let server: ReturnType<typeof createServer>;
    let browser: Browser;
    let url: string;
    const contexts = new Set<BrowserContext>();
    const faults: string[] = [];
    const foreign: string[] = [];
    beforeAll(async () => {
      directory = mkdtempSync(join(tmpdir(), "playground-"));
      await build(directory);
      server = createServer((request, response) => {
        const [, file = ""] = /^\/some\/folder\/([\w./-]*)$/.exec(request.url ?? "") ?? [];
        try {
          const bytes = readFileSync(join(directory, file || "index.html"));
          response.setHeader("content-type", TYPES[extname(file || "index.html")] ?? "");
          response.end(bytes);
        } catch {
          response.statusCode = 404;
          response.end();
        }
      });
      await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
      url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/some/folder/`;
      browser = await sharedBrowser();
    });
    afterAll(async () => {
      await new Promise((done) => server.close(done));
      rmSync(directory, { recursive: true, force: true });
    });
    afterEach(async () => {
      for (const context of contexts) await context.close();
      contexts.clear();
      expect(faults.splice(0)).toEqual([]);
      expect(foreign.splice(0)).toEqual([]);
    });
    const open = async (fragment = "", options: BrowserContextOptions = {}) => {
      const context = await browser.newContext({
        viewport: { width: 1280, height: 900 },
        reducedMotion: "reduce",
        ...options,
      });
      context.setDefaultTimeout(15_000);
      contexts.add(context);
      await context.addInitScript(() => {
        addEventListener("securitypolicyviolation", (event) => {
          console.error(`policy violation: ${event.violatedDirective} ${event.blockedURI}`);
        });
      });
      context.on("console", (message) => {
        if (["error", "warning"].includes(message.type())) faults.push(message.text());
      });
      context.on("weberror", (error) => faults.push(String(error.error())));
      context.on("request", (request) => {
        if (!request.url().startsWith(url) && !request.url().startsWith("blob:"))
          foreign.push(request.url());
      });
      const page = await context.newPage();
      await page.goto(url + fragment);
      return page;
    };
    define({
      get url() {
        return url;
      },
      open,
      foreign: () => foreign,
    });
  });
}

function build(outDir: string): Promise<void> {
  const vite = createRequire(join(PACKAGE, "package.json")).resolve("vite/package.json");
  const args = ["build", "--config", "vite.playground.config.ts", "--outDir", outDir];
  args.push("--bypass-lock", "--logLevel", "error");
  return new Promise((done, fail) => {
    const child = spawn(process.execPath, [join(dirname(vite), "bin/vite.js"), ...args], {
      cwd: PACKAGE,
      stdio: ["ignore", "ignore", "inherit"],
      env: { ...process.env, NODE_ENV: "production" },
    });
    child.once("error", fail);
    child.once("close", (code) =>
      code === 0 ? done() : fail(new Error(`the build ended with code ${code}`)),
    );
  });
}
