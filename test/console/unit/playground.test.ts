import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { fragmentOf, projectOfFragment } from "../../../packages/console/src/playground/link.ts";
import {
  freePath,
  type Project,
  projectOf,
  resolvedPath,
} from "../../../packages/console/src/playground/project.ts";
import { runProject } from "../../../packages/console/src/playground/run-project.ts";
import { runFile } from "../../../packages/portcullis/src/testing/run-file.ts";

const PROJECT: Project = {
  files: [
    { path: "a/ä.json", part: "identity", text: '{"é": "<>&#"}' },
    { path: "x.test.yaml", part: "test", text: "tests: []\n" },
  ],
  requests: { actions: "a:B\nc:D", resources: "*", context: { "aws:sourceip": ["1.2.3.4"] } },
};

describe("a link of the playground", () => {
  it("holds the whole project", async () => {
    const fragment = await fragmentOf(PROJECT);
    expect(fragment).toMatch(/^1\.[\w-]+$/);
    expect(await projectOfFragment(`#${fragment}`)).toEqual(PROJECT);
  });

  it("is undefined when it is cut, changed, too long, or unpacks to too much", async () => {
    const fragment = await fragmentOf(PROJECT);
    for (const text of ["", "#", "#1.", "#2.x", fragment.slice(0, -5), `${fragment}!`, "#1.%%"])
      expect(await projectOfFragment(text)).toBeUndefined();
    expect(await projectOfFragment(`#1.${"A".repeat(40_000)}`)).toBeUndefined();
    const large = { ...PROJECT, files: [{ ...PROJECT.files[0], text: " ".repeat(2_000_000) }] };
    expect(await projectOfFragment(await fragmentOf(large as Project))).toBeUndefined();
  });

  it("leaves out what is no part of a project", () => {
    expect(projectOf(null)).toBeUndefined();
    expect(projectOf({ files: "x" })).toBeUndefined();
    expect(
      projectOf({
        files: [
          null,
          { path: "", part: "identity", text: "" },
          { path: "a", part: "nothing", text: "" },
          { path: "b", part: "identity", text: 7 },
          { path: "__proto__", part: "identity", text: "kept" },
        ],
        requests: { actions: 7, context: { A: ["x"], b: "y", __proto__: ["z"] } },
      }),
    ).toEqual({
      files: [{ path: "__proto__", part: "identity", text: "kept" }],
      requests: { actions: "", resources: "*", context: { a: ["x"] } },
    });
  });
});

describe("paths of the playground", () => {
  it.each([
    ["x.test.yaml", "policies/a.json", "policies/a.json"],
    ["tests/x.yaml", "../policies/./a.json", "policies/a.json"],
    ["tests/x.yaml", "/a.json", "a.json"],
    ["x.yaml", "../../a.json", "a.json"],
  ])("in %s, %s is %s", (from, path, expected) => {
    expect(resolvedPath(from, path)).toBe(expected);
  });

  it("are free ones for new files", () => {
    const files = ["a.json", "a-2.json", "x.test.yaml"].map((path) => ({
      path,
      part: "test" as const,
      text: "",
    }));
    expect(freePath(files, "a.json")).toBe("a-3.json");
    expect(freePath(files, "x.test.yaml")).toBe("x-2.test.yaml");
    expect(freePath(files, "b")).toBe("b");
  });
});

describe("tests in the playground", () => {
  it("come to what the command says of the same files", async () => {
    const directory = "examples/policies/";
    const read = (path: string) => ({
      path,
      part: "identity" as const,
      text: readFileSync(directory + path, "utf8"),
    });
    const files = [
      ...["order-reader", "order-clerk", "orders-only"].map((name) =>
        read(`policies/${name}.json`),
      ),
      ...["service-control/no-deletes.json", "orders.service.yaml", "orders.test.yaml"].map(read),
    ];
    const now = new Date();
    const run = runProject(files, "orders.test.yaml", now);
    const command = await runFile(`${directory}orders.test.yaml`, [], now);
    if (!run.ok) throw new Error(run.fault);
    const plain = ({ results, coverage, coverageFaults }: typeof command) => ({
      results: results.map(({ name, line, failure }) => ({ name, line, failure })),
      coverage,
      coverageFaults,
    });
    expect(plain(run.result)).toEqual(plain(command));
  });

  it("are 500 at most, and name files that are there", () => {
    const run = (text: string) =>
      runProject([{ path: "x.test.yaml", part: "test", text }], "x.test.yaml", new Date(0));
    const requests = Array.from({ length: 501 }, (_, at) => `a:B arn:aws:a:::${at}`);
    const expectations = { root: requests.map(() => "allowed") };
    expect(run(JSON.stringify({ tests: [{ requests, expect: expectations }] }))).toEqual({
      ok: false,
      fault: "x.test.yaml has 501 tests. 500 are run here at most.",
    });
    expect(run("services: [x.ts]")).toEqual({
      ok: false,
      fault: "x.ts is a module: write the service in YAML or JSON here.",
    });
    expect(run("details: absent.json")).toEqual({
      ok: false,
      fault: "There is no file absent.json here.",
    });
  });
});
