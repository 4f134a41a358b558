import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Bundle, bundle } from "./bundle.ts";

const ENTRIES = {
  "access-analyzer": "packages/functions/src/access-analyzer.ts",
  "access-evaluation": "packages/functions/src/access-evaluation.ts",
  authorizer: "packages/functions/src/authorizer.ts",
  iam: "packages/functions/src/iam.ts",
  issuer: "packages/functions/src/issuer.ts",
  orders: "examples/orders/src/orders.ts",
  orders_authorizer: "examples/orders/src/authorizer.ts",
  organizations: "packages/functions/src/organizations.ts",
  setup: "packages/functions/src/setup.ts",
  signin: "packages/functions/src/signin.ts",
  sts: "packages/functions/src/sts.ts",
} as const;
type Name = keyof typeof ENTRIES;
const FUNCTIONS = Object.keys(ENTRIES) as Name[]; // an object's keys are strings to the compiler

const folder = mkdtempSync(join(tmpdir(), "portcullis-bundles-"));
const bundles = new Map<Name, Bundle>();

beforeAll(async () => {
  for (const name of FUNCTIONS) bundles.set(name, await bundle(ENTRIES[name], join(folder, name)));
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true }));

const sourcesOf = (name: Name, pattern: RegExp) =>
  bundles.get(name)?.sources.filter((source) => pattern.test(source));

/**
 * The operations of IAM and STS, their wire protocols, and AWS's own clients whose schemas these
 * read.
 */
const CONTROL_API =
  /packages\/iam\/src\/operation\/|packages\/functions\/src\/control|packages\/protocol\/src\/(query|json|xml|codec|constraints|validate)|@aws-sdk\/client-(accessanalyzer|iam|sts|organizations)\//;
const WRITES = /packages\/store\/src\/(transact|write|store)\.ts/;

describe("the deployed code", () => {
  test.each(FUNCTIONS)("of %s has its handler", (name) => {
    expect(bundles.get(name)?.exports).toContain("handler");
  });

  test("loads on Node as bundled", () => {
    const script = FUNCTIONS.map(
      (name) =>
        `console.log(typeof (await import(${JSON.stringify(join(folder, name, "bundle.mjs"))})).handler);`,
    );
    const output = execFileSync(
      process.execPath,
      ["--input-type=module", "--eval", script.join("")],
      {
        encoding: "utf8",
      },
    );
    expect(output.trim().split("\n")).toEqual(FUNCTIONS.map(() => "function"));
  });

  test("of the authorizer lacks the control API and whatever writes", () => {
    expect(sourcesOf("iam", CONTROL_API)).not.toEqual([]);
    expect(sourcesOf("iam", WRITES)).not.toEqual([]);
    for (const authorizer of ["authorizer", "orders_authorizer"] as const) {
      expect(sourcesOf(authorizer, CONTROL_API)).toEqual([]);
      expect(sourcesOf(authorizer, WRITES)).toEqual([]);
    }
  });

  test("of other functions lacks the analysis of policies", () => {
    expect(sourcesOf("access-analyzer", /packages\/analysis\//)).not.toEqual([]);
    for (const name of FUNCTIONS.filter((each) => each !== "access-analyzer"))
      expect([name, sourcesOf(name, /packages\/analysis\//)]).toEqual([name, []]);
  });

  test("of the product calls DynamoDB without the SDK's client", () => {
    expect(sourcesOf("orders", /@aws-sdk\/client-dynamodb\//)).not.toEqual([]);
    for (const name of FUNCTIONS.filter((each) => !each.startsWith("orders")))
      expect([name, sourcesOf(name, /@aws-sdk\/client-dynamodb\//)]).toEqual([name, []]);
  });

  test("of the sample API lacks the identity store", () => {
    expect(sourcesOf("orders", /packages\/(store|iam)\//)).toEqual([]);
  });

  test("of the product lacks the sample API", () => {
    for (const name of FUNCTIONS.filter((each) => !each.startsWith("orders")))
      expect([name, sourcesOf(name, /examples\//)]).toEqual([name, []]);
  });

  test("is read in part at the start: other services' schemas wait in chunks of their own", () => {
    expect(bundles.get("sts")?.startBytes).toBeLessThan(500_000);
    expect(bundles.get("iam")?.startBytes).toBeLessThan(600_000);
    for (const authorizer of ["authorizer", "orders_authorizer"] as const) {
      expect(bundles.get(authorizer)?.startBytes).toBeLessThan(150_000);
      // A second file takes 2 ms of processor time more.
      expect(bundles.get(authorizer)?.startFiles).toBe(1);
    }
  });
});
