import { expect, test } from "vitest";
import {
  authorize,
  compilePolicy,
  explain,
  type Policy,
  parsePolicy,
} from "../../packages/policy/src/index.ts";
import type { Statement } from "../reference/request.ts";
import { engineDecision } from "./both.ts";

/** Texts that nobody means to write, and that somebody sends. */
const BOB = {
  type: "User",
  account: "111122223333",
  arn: "arn:aws:iam::111122223333:user/bob",
  userId: "AIDACKCEVSQ6C2BOB",
} as const;
const ALL = { Effect: "Allow", Action: "*", Resource: "*" } as const;

const decided = (resource: string, ...statements: Statement[]) =>
  engineDecision({
    principal: BOB,
    action: "a:B",
    resource,
    context: {},
    identity: [{ Version: "2012-10-17", Statement: statements }],
  });

test("a pattern that goes up to the last of all characters is found like others", () => {
  const denied = (pattern: string, resource: string) =>
    decided(resource, ALL, { Effect: "Deny", Action: "*", Resource: pattern });
  for (const end of ["\uffff", "x\uffff\uffff"]) {
    expect(denied(`arn:aws:a:::${end}*`, `arn:aws:a:::${end}y`)).toBe("explicitDeny: identity-based");
    expect(denied(`arn:aws:a:::${end}`, `arn:aws:a:::${end}`)).toBe("explicitDeny: identity-based");
    expect(denied(`arn:aws:a:*::${end}?`, `arn:aws:a:::${end}\uffff`)).toBe("explicitDeny: identity-based");
    expect(denied(`arn:aws:a:::${end}*`, "arn:aws:a:::y")).toBe("allowed");
  }
});
