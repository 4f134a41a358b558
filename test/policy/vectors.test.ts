import { describe, expect, test } from "vitest";
import { parsePolicy, printPolicy } from "../../packages/policy/src/index.ts";
import type { Document, Request, Statement } from "../reference/request.ts";
import { engineDecision, oracleDecision } from "./both.ts";
import { readVectors } from "./vectors.ts";

const ACCOUNT = "111122223333";
const BOB: Request = {
  principal: {
    type: "User",
    account: ACCOUNT,
    arn: `arn:aws:iam::${ACCOUNT}:user/bob`,
    userId: "AIDABOB",
  },
  action: "orders:GetOrder",
  resource: `arn:aws:orders:us-east-1:${ACCOUNT}:order/7`,
  context: {},
  identity: [],
};

for (const { name, page, conditions, patterns, decisions, documents } of readVectors()) {
  describe(`${page} (${name})`, () => {
    test.each(conditions)("$title", ({ condition, context, holds, version, onlyEngine }) => {
      const request = { ...BOB, context };
      const statement = { Action: "*", Resource: "*", Condition: condition };
      const allow = {
        ...request,
        identity: [documentOf(version, { Effect: "Allow", ...statement })],
      };
      const deny = {
        ...request,
        identity: [ALLOW_ALL, documentOf(version, { Effect: "Deny", ...statement })],
      };
      expectBoth(allow, holds === true ? "allowed" : "implicitDeny: identity-based", onlyEngine);
      expectBoth(deny, holds === false ? "allowed" : "explicitDeny: identity-based", onlyEngine);
    });

    test.each(patterns)(
      "$title: $element",
      ({ element, patterns: wanted, text, matches, flat, context, version }) => {
        const isAction = element.endsWith("Action");
        const request = {
          ...BOB,
          ...(isAction ? { action: text } : { resource: text }),
          context: context ?? {},
        };
        const other = isAction ? { Resource: "*" } : { Action: "*" };
        const statement = { ...other, [element]: wanted };
        const allow = {
          ...request,
          identity: [documentOf(version, { Effect: "Allow", ...statement })],
        };
        const deny = {
          ...request,
          identity: [ALLOW_ALL, documentOf(version, { Effect: "Deny", ...statement })],
        };
        expectBoth(allow, matches ? "allowed" : "implicitDeny: identity-based");
        expectBoth(deny, (flat ?? matches) ? "explicitDeny: identity-based" : "allowed");
      },
    );

    test.each(decisions)(
      "$title",
      ({ title, expect: expected, principalIds, resourcePolicies, trust, ...rest }) => {
        const ofResource = trust ?? resourcePolicies;
        const request: Request = {
          ...BOB,
          ...rest,
          trust: trust !== undefined,
          ...(ofResource && { ofResource }),
        };
        if (principalIds === undefined) expectBoth(request, expected);
        else
          expect(engineDecision(request, new Map(Object.entries(principalIds))), title).toBe(
            expected,
          );
      },
    );

    test.each(documents)(
      "$title",
      ({ kind, document, text = JSON.stringify(document), messages }) => {
        const parsed = parsePolicy(text, kind);
        const found = parsed.ok ? [] : parsed.issues;
        expect(found.map(({ message }) => message)).toEqual(messages);
        for (const issue of found) {
          expect(issue.code).toBe("MalformedPolicyDocument");
          expect(issue.path).not.toBe("");
        }
        if (parsed.ok)
          expect(withoutPlaces(printPolicy(parsed.policy), kind)).toEqual(
            withoutPlaces(text, kind),
          );
      },
    );
  });
}

const ALLOW_ALL: Document = {
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }],
};

function documentOf(version: string | null | undefined, statement: Statement): Document {
  if (version === null) return { Statement: [statement] };
  return { Version: version ?? "2012-10-17", Statement: [statement] };
}

function expectBoth(request: Request, expected: string, onlyEngine?: string): void {
  expect(engineDecision(request)).toBe(expected);
  if (onlyEngine === undefined) expect(expected).toContain(oracleDecision(request));
}

function withoutPlaces(text: string, kind: Parameters<typeof parsePolicy>[1]) {
  const parsed = parsePolicy(text, kind);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues));
  return {
    ...parsed.policy,
    statements: parsed.policy.statements.map(({ start, end, ...statement }) => statement),
  };
}
