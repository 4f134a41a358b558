import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { iamOperations } from "@portcullis/iam/operation/iam";
import { describe, expect, it } from "vitest";
// @ts-expect-error: plain JavaScript, a script of its own
import { FILE, render } from "../../scripts/generate/operations.mjs";
import { testedOperations } from "./tested-operations.ts";

const { sent, refused } = testedOperations(resolve(import.meta.dirname, "../iam"));

/** The errors that AWS's model says an operation has, from the SDK's own documentation of it. */
function modelledErrors(operation: string): readonly string[] {
  const client = dirname(
    createRequire(import.meta.url).resolve("@aws-sdk/client-iam/package.json"),
  );
  const text = readFileSync(join(client, `dist-types/commands/${operation}Command.d.ts`), "utf8");
  const errors = [...text.matchAll(/@throws \{@link (\w+)\}/g)].map(([, name]) => name ?? "");
  return errors.filter(
    (name) => name !== "IAMServiceException" && name !== "ServiceFailureException",
  );
}

describe("every operation that is offered", () => {
  it("stands in docs/reference/operations.md; `npm run generate` brings it up to date", () => {
    expect(readFileSync(FILE, "utf8")).toBe(render());
  });

  it("has an IAM action of its own name", () => {
    for (const [name, { action }] of Object.entries(iamOperations))
      expect(action).toBe(`iam:${name}`);
  });

  it("has a test of success", () => {
    expect(Object.keys(iamOperations).filter((name) => !sent.has(name))).toEqual([]);
  });

  it("has a test of an error, where it has any", () => {
    const untested = Object.keys(iamOperations).filter(
      (name) => !refused.has(name) && modelledErrors(name).length > 0,
    );
    expect(untested).toEqual([]);
  });

  it("and the search for tests finds neither what is not there nor an error in a success", () => {
    expect(sent.has("AcceptDelegationRequest")).toBe(false);
    expect(refused.has("ListOpenIDConnectProviders")).toBe(false);
    expect(refused.has("CreateRole")).toBe(true);
  });
});
