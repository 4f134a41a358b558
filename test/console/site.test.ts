import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { securityHeaders } from "../../packages/console/src/security-headers.ts";
import { send, startInstallation, type TestInstallation } from "../support/harness.ts";

const file = (text: string, contentType: string) => ({
  bytes: Buffer.from(text),
  contentType,
  etag: `"${text.length}"`,
});

const FILES = new Map([
  ["index.html", file("<!doctype html>", "text/html; charset=utf-8")],
  ["assets/index-a1.js", file("export {};", "text/javascript; charset=utf-8")],
]);

describe("serving the console beside the control API", () => {
  let installation: TestInstallation;
  beforeAll(async () => {
    installation = await startInstallation({ console: async () => FILES });
  });
  afterAll(() => installation.stop());

  const get = (path: string, headers: Record<string, string> = {}, method = "GET") => {
    const { controlUrl } = installation.local;
    return send(controlUrl, method, path, { host: new URL(controlUrl).host, ...headers });
  };

  it("answers every address of a page with index.html, which is never kept", async () => {
    for (const path of ["/console/", "/console/users/ana", "/console/users/a.b?tab=tags"]) {
      const { status, body, headers } = await get(path);
      expect([status, body]).toEqual([200, "<!doctype html>"]);
      expect(headers["cache-control"]).toBe("no-cache");
      expect(headers["content-type"]).toBe("text/html; charset=utf-8");
    }
  });

  it("sends the security headers with each answer", async () => {
    for (const path of ["/console/", "/console/assets/index-a1.js", "/console/assets/none.js"])
      expect((await get(path)).headers).toMatchObject(securityHeaders({ https: false }));
    const policy = (await get("/console/")).headers["content-security-policy"];
    expect(policy).toBe(
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; " +
        "font-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; " +
        "require-trusted-types-for 'script'; trusted-types default; connect-src 'self'",
    );
  });

  it("keeps assets for a year, and says when one is missing", async () => {
    const found = await get("/console/assets/index-a1.js");
    expect(found.headers["cache-control"]).toBe("public, max-age=31536000, immutable");
    expect((await get("/console/assets/index-b2.js")).status).toBe(404);
    const { etag } = found.headers;
    const again = await get("/console/assets/index-a1.js", { "if-none-match": String(etag) });
    expect([again.status, again.body]).toEqual([304, ""]);
  });

  it("never reads a path of the file system", async () => {
    for (const path of [
      "/console/assets/../../package.json",
      "/console/assets/%2e%2e/%2e%2e/package.json",
      "/console/assets//etc/passwd",
    ])
      expect((await get(path)).status).toBe(404);
    expect((await get("/console/..%2f..%2fpackage.json")).body).toBe("<!doctype html>");
  });

  it("leads a browser from / to the console, and nobody else", async () => {
    const browser = await get("/", { accept: "text/html,application/xhtml+xml" });
    expect([browser.status, browser.headers.location]).toEqual([302, "/console/"]);
    expect((await get("/console")).headers.location).toBe("/console/");
    expect((await get("/")).status).toBe(404);
    expect((await get("/consoles")).status).toBe(404);
  });

  it("takes no other method", async () => {
    const { status, headers } = await get("/console/", {}, "POST");
    expect([status, headers.allow]).toEqual([405, "GET, HEAD"]);
    expect((await get("/console/", {}, "HEAD")).body).toBe("");
  });

  it("says why there is no console when it could not be built", async () => {
    const broken = await startInstallation({
      console: async () => {
        throw new Error("The build ended with code 1.");
      },
    });
    const { controlUrl } = broken.local;
    const answer = await send(controlUrl, "GET", "/console/", { host: new URL(controlUrl).host });
    await broken.stop();
    expect([answer.status, answer.body]).toEqual([
      503,
      "The console could not be built. The build ended with code 1.",
    ]);
  });

  it("names the control API and asks for https where it is deployed", () => {
    const headers = securityHeaders({ https: true, controlApi: "https://api.example.com/iam" });
    expect(headers["content-security-policy"]).toContain(
      "connect-src 'self' https://api.example.com",
    );
    expect(headers["content-security-policy"]).not.toContain("/iam");
    expect(headers["strict-transport-security"]).toBe("max-age=63072000; includeSubDomains");
    expect(() => securityHeaders({ https: true, controlApi: "*" })).toThrow(TypeError);
  });
});
