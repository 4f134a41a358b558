import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { buildConsole } from "@portcullis/local/console";
import { beforeAll, describe, expect, it } from "vitest";

/** Vite's manifest: what each entry and each page imports. */
interface Chunk {
  readonly file: string;
  readonly imports?: readonly string[];
  readonly css?: readonly string[];
}

const KB = 1000;

describe("the console's bundle", () => {
  let directory: string;
  let manifest: Readonly<Record<string, Chunk>>;
  beforeAll(async () => {
    directory = await buildConsole(() => {});
    manifest = JSON.parse(readFileSync(join(directory, ".vite/manifest.json"), "utf8"));
  });

  /** All that a chunk imports before it runs. */
  function imports(name: string): readonly string[] {
    const found = new Set<string>();
    const visit = (next: string) => {
      if (found.has(next)) return;
      found.add(next);
      for (const imported of manifest[next]?.imports ?? []) visit(imported);
    };
    expect(Object.keys(manifest)).toContain(name);
    visit(name);
    return [...found];
  }

  /** The sizes, compressed by gzip, of all that the chunks import, each file once. */
  function sizes(...names: readonly string[]): { js: number; css: number } {
    const chunks = new Set(names.flatMap(imports));
    const files = [...chunks].flatMap((name) => manifest[name] ?? []);
    const total = (paths: readonly string[]) =>
      [...new Set(paths)].reduce(
        (sum, path) => sum + gzipSync(readFileSync(join(directory, path)), { level: 9 }).length,
        0,
      );
    return {
      js: total(files.map(({ file }) => file)),
      css: total(files.flatMap(({ css = [] }) => css)),
    };
  }

  it("is built again only when its sources change", async () => {
    const progress: string[] = [];
    expect(await buildConsole((line) => progress.push(line))).toBe(directory);
    expect(progress).toEqual([]);
  });

  it("signs in with 150 KB of JavaScript and 50 KB of CSS", () => {
    const { js, css } = sizes("index.html");
    expect(js).toBeLessThan(150 * KB);
    expect(css).toBeLessThan(50 * KB);
  });

  it("lists users with 340 KB of JavaScript and 95 KB of CSS in all", () => {
    const { js, css } = sizes("index.html", "src/app/app.tsx", "src/pages/users/users-page.tsx");
    expect(js).toBeLessThan(340 * KB);
    expect(css).toBeLessThan(95 * KB);
  });

  it("edits policies with 145 KB of JavaScript, fields and engine included, on its routes only", () => {
    const users = ["index.html", "src/app/app.tsx", "src/pages/users/users-page.tsx"];
    const isEditor = (name: string) => /(?:policy|code|document)-editor[-.]/.test(name);
    // The whole route, but for what saves and compares, which loads before anything is saved.
    const route = "src/pages/edit-document/edit-document-page.tsx";
    expect(imports(route).filter(isEditor).length).toBeGreaterThanOrEqual(1);
    expect(sizes(...users, route).js - sizes(...users).js).toBeLessThan(145 * KB);
    for (const page of ["users/users", "policies/policies", "policy/policy", "role/role"])
      expect(imports(`src/pages/${page}-page.tsx`).filter(isEditor)).toEqual([]);
    // Findings are made in a worker, which has the analysis to itself.
    const findings = "src/pages/findings/findings-page.tsx";
    expect(imports(findings).filter(isEditor)).toEqual([]);
    expect(sizes(...users, findings).js - sizes(...users).js).toBeLessThan(30 * KB);
    // The simulator loads it for pasted documents alone.
    expect(imports("src/pages/simulator/simulator-page.tsx").filter(isEditor)).toEqual([]);
    // The wizard loads it for a trust policy of one's own alone.
    expect(imports("src/pages/create-role/create-role-page.tsx").filter(isEditor)).toEqual([]);
  });

  it("shows why denied with 25 KB, decisions and activity with 35 KB beyond the users list", () => {
    const users = ["index.html", "src/app/app.tsx", "src/pages/users/users-page.tsx"];
    for (const [page, most] of [
      ["denied/denied", 25],
      ["decisions/decisions", 35],
      ["activity/activity", 35],
    ] as const) {
      const beyond = sizes(...users, `src/pages/${page}-page.tsx`).js - sizes(...users).js;
      expect([page, beyond < most * KB ? "fits" : beyond]).toEqual([page, "fits"]);
    }
    // The clients of services load when a page first calls one.
    const shell = imports("src/app/app.tsx").join(" ");
    expect(shell).not.toMatch(/cloudtrail-client|portcullis-client/);
  });

  it("shows the organization, the APIs and who can without the editor and the analysis", () => {
    const users = ["index.html", "src/app/app.tsx", "src/pages/users/users-page.tsx"];
    const budgets = {
      "organization/organization": 60,
      "service-control-policy/service-control-policy": 40,
      "who-can/who-can": 40,
      "apis/apis": 20,
      "api/api": 20,
      "findings/findings": 30,
    };
    for (const [page, most] of Object.entries(budgets)) {
      const name = `src/pages/${page}-page.tsx`;
      const beyond = sizes(...users, name).js - sizes(...users).js;
      expect([page, beyond < most * KB ? "fits" : beyond]).toEqual([page, "fits"]);
      expect(imports(name).filter((one) => /-editor[-.]|describe-change/.test(one))).toEqual([]);
    }
  });

  it("holds no font as a data URI, and nothing of anybody else's", () => {
    const css = styles();
    expect(css).not.toContain("data:font");
    expect(css).not.toMatch(/url\(\s*["']?https?:/);
    const html = readFileSync(join(directory, "index.html"), "utf8");
    expect(html).not.toMatch(/(?:src|href)="(?!\/console\/)/);
  });

  const styles = () =>
    Object.values(manifest)
      .flatMap(({ css = [] }) => css)
      .map((path) => readFileSync(join(directory, path), "utf8"))
      .join("\n");
});
