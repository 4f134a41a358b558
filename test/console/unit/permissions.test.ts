import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  concernsAction,
  effectiveStatements,
} from "../../../packages/console/src/permissions/effective-statements.ts";
import { covers, overlaps } from "../../../packages/console/src/permissions/pattern-overlap.ts";
import {
  copyOf,
  permissionWrites,
} from "../../../packages/console/src/permissions/permission-choice.ts";
import type { UserPermissions } from "../../../packages/console/src/permissions/permission-sources.ts";

const document = (...statements: readonly object[]) =>
  JSON.stringify({ Version: "2012-10-17", Statement: statements });

const permissions = (own: string, boundary?: string): UserPermissions => ({
  sources: [{ policyName: "p", arn: undefined, origin: { kind: "user" }, document: own }],
  boundary: boundary === undefined ? undefined : { arn: "arn:b", document: boundary },
  isBoundaryKnown: true,
  groups: [],
  failures: [],
});

const cut = (own: object, ...limits: readonly object[]) =>
  effectiveStatements(permissions(document(own), document(...limits)))[0]?.cut;

describe("patterns", () => {
  it.each([
    ["iam:*", "iam:GetUser", true, true],
    ["iam:Get*", "iam:*User", true, false],
    ["iam:Get*", "iam:List*", false, false],
    ["*", "iam:*", true, true],
    ["iam:*", "*", true, false],
    ["iam:Get?ser", "IAM:GetUser", true, true],
    ["iam:?", "iam:*", true, false],
    ["a*b*c", "aXbYc", true, true],
    ["", "", true, true],
    ["", "*", true, false],
  ])("%j and %j overlap: %j; the first covers the second: %j", (one, other, both, whole) => {
    expect(overlaps(one, other)).toBe(both);
    expect(overlaps(other, one)).toBe(both);
    expect(covers(one, other)).toBe(whole);
  });

  it("covering_implies_overlap, and a text that matches both shows an overlap", () => {
    const pattern = fc.string({ unit: fc.constantFrom("a", "b", "*", "?"), maxLength: 6 });
    const text = fc.string({ unit: fc.constantFrom("a", "b"), maxLength: 6 });
    fc.assert(
      fc.property(pattern, pattern, text, (one, other, example) => {
        if (covers(one, other)) {
          expect(overlaps(one, other)).toBe(true);
          if (covers(other, example)) expect(covers(one, example)).toBe(true);
        }
        if (covers(one, example) && covers(other, example)) expect(overlaps(one, other)).toBe(true);
      }),
    );
  });
});

describe("the boundary's cut", () => {
  const all = { Effect: "Allow", Action: "iam:*", Resource: "*" };

  it("leaves whole what it allows without conditions", () => {
    expect(cut({ Effect: "Allow", Action: ["iam:Get*"], Resource: "*" }, all)).toBe("within");
  });

  it("cuts entirely what it never allows", () => {
    expect(cut({ Effect: "Allow", Action: "s3:*", Resource: "*" }, all)).toBe("outside");
    expect(
      cut(
        { Effect: "Allow", Action: "iam:GetUser", Resource: "arn:aws:iam::1:user/a" },
        { Effect: "Allow", Action: "*", Resource: "arn:aws:iam::1:user/b" },
      ),
    ).toBe("outside");
  });

  it("cuts in part by conditions, denies, and narrower patterns", () => {
    const own = { Effect: "Allow", Action: "iam:*", Resource: "*" };
    expect(cut(own, { Effect: "Allow", Action: "iam:Get*", Resource: "*" })).toBe("partly");
    expect(cut(own, all, { Effect: "Deny", Action: "iam:CreateUser", Resource: "*" })).toBe(
      "partly",
    );
    expect(
      cut(own, { ...all, Condition: { Bool: { "aws:MultiFactorAuthPresent": "true" } } }),
    ).toBe("partly");
    expect(cut({ Effect: "Allow", NotAction: "s3:*", Resource: "*" }, all)).toBe("partly");
  });

  it("says nothing of denies, nor without a boundary", () => {
    expect(cut({ Effect: "Deny", Action: "iam:*", Resource: "*" }, all)).toBeUndefined();
    expect(effectiveStatements(permissions(document(all)))[0]?.cut).toBeUndefined();
  });
});

describe("statements about an action", () => {
  const concerns = (own: object, typed: string) => {
    const [found] = effectiveStatements(permissions(document(own)));
    if (found === undefined) throw new Error("no statement");
    return concernsAction(found.statement, typed);
  };

  it("are found by wildcards on both sides, and by NotAction", () => {
    const get = { Effect: "Allow", Action: "iam:Get*", Resource: "*" };
    expect(concerns(get, "iam:GetUser")).toBe(true);
    expect(concerns(get, "iam:*")).toBe(true);
    expect(concerns(get, "iam:ListUsers")).toBe(false);
    const except = { Effect: "Allow", NotAction: "iam:*", Resource: "*" };
    expect(concerns(except, "s3:GetObject")).toBe(true);
    expect(concerns(except, "iam:GetUser")).toBe(false);
  });
});

describe("giving permissions", () => {
  it("sets the boundary before anything that allows", () => {
    const copied = copyOf({
      ...permissions(document({ Effect: "Allow", Action: "*", Resource: "*" }), document()),
      groups: ["g"],
    });
    expect(permissionWrites("ana", copied).map(({ label }) => label)).toEqual([
      "Set the boundary of ana to arn:b",
      "Add ana to group g",
      "Write inline policy p of ana",
    ]);
  });
});
