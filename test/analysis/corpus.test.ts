import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import {
  checkAccessNotGranted,
  checkNoNewAccess,
  checkNoPublicAccess,
  describeChange,
  lintPolicy,
} from "../../packages/analysis/src/index.ts";
import type { PolicyKind } from "../../packages/policy/src/index.ts";
import { SERVICES } from "./services.ts";

/** Policies like those that AWS manages and its guides show, as people write them. */
const CORPUS: readonly {
  readonly title: string;
  readonly kind: PolicyKind;
  readonly policy: object;
}[] = JSON.parse(
  readFileSync(join(import.meta.dirname, "../vectors/analysis/corpus.json"), "utf8"),
);

const cases = CORPUS.map(({ title, kind, policy }) => ({
  title,
  kind,
  text: JSON.stringify(policy, undefined, 2),
}));

test.each(cases)("no false error: $title", ({ kind, text }) => {
  const { findings } = lintPolicy(text, { kind, services: SERVICES });
  expect(findings.filter(({ findingType }) => findingType === "ERROR")).toEqual([]);
});

test.each(cases)("it allows nothing new compared to itself: $title", ({ kind, text }) => {
  expect(checkNoNewAccess([text], [text], { kind }).result).toBe("PASS");
  expect(describeChange([text], [text], { kind })).toMatchObject({ result: "SAME", undecided: [] });
});

test.each(cases)("what it grants is decided: $title", ({ kind, text }) => {
  const nothing = JSON.stringify({
    Version: "2012-10-17",
    Statement: {
      Effect: "Deny",
      ...(kind === "resource" || kind === "trust" ? { Principal: "*" } : {}),
      Action: kind === "trust" ? "sts:*" : "*",
      ...(kind === "trust" ? {} : { Resource: "*" }),
    },
  });
  const grants = /"Effect": "Allow"/.test(text);
  expect(checkNoNewAccess([nothing], [text], { kind }).result).toBe(grants ? "FAIL" : "PASS");
  expect(checkAccessNotGranted([text], [{}], { kind }).result).toBe(grants ? "FAIL" : "PASS");
});

test.each(cases.filter(({ kind }) => kind === "resource" || kind === "trust"))(
  "it is not public: $title",
  ({ kind, text }) => {
    expect(checkNoPublicAccess([text], { kind }).result).toBe("PASS");
  },
);
