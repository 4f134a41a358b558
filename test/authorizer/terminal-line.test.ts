import { type DecisionLine, logFormat, terminalLine } from "@portcullis/authorizer";
import { describe, expect, it, test } from "vitest";

const line = (changed: Partial<DecisionLine>): DecisionLine => ({
  type: "decision",
  time: "2026-01-02T03:04:05.678Z",
  decisionId: "1",
  outcome: "allowed",
  ...changed,
});
const ANA = "arn:aws:iam::111122223333:user/ana";

describe("a decision on a terminal", () => {
  test.each<[string, Partial<DecisionLine>, string]>([
    [
      "an allow: time, verdict, who, what, by which statement",
      {
        principal: ANA,
        action: "orders:GetOrder",
        resource: "arn:aws:orders:us-east-1:111122223333:order/1",
        reason: "allowed",
        statements: ["own#Read"],
      },
      "03:04:05  ALLOW    111122223333:user/ana  orders:GetOrder on arn:aws:orders:us-east-1:111122223333:order/1  by own#Read",
    ],
    [
      "a denial: why, and what came nearest",
      {
        outcome: "implicitDeny",
        principal: "arn:aws:sts::111122223333:assumed-role/clerk/one",
        action: "orders:ListOrders",
        resource: "*",
        reason: "no identity-based policy allows it",
        nearMisses: ["own#0: IpAddress aws:SourceIp"],
        missingContext: ["aws:sourceip"],
      },
      "03:04:05  DENY     111122223333:assumed-role/clerk/one  orders:ListOrders on *  no identity-based policy allows it | nearest: own#0: IpAddress aws:SourceIp | not in the request: aws:sourceip",
    ],
    [
      "an unknown caller: the address and the route",
      {
        outcome: "unauthenticated",
        sourceIp: "192.0.2.1",
        route: "GET /orders",
        reason: "MissingAuthenticationToken: Request is missing Authentication Token",
      },
      "03:04:05  UNKNOWN  192.0.2.1  GET /orders  MissingAuthenticationToken: Request is missing Authentication Token",
    ],
    [
      "an operation that failed",
      {
        outcome: "failed",
        principal: ANA,
        action: "iam:GetUser",
        resource: "arn:aws:iam::111122223333:user/bob",
        reason: "NoSuchEntity: The user with name bob cannot be found.",
      },
      "03:04:05  FAILED   111122223333:user/ana  iam:GetUser on arn:aws:iam::111122223333:user/bob  NoSuchEntity: The user with name bob cannot be found.",
    ],
    [
      "a fault: its first line",
      { outcome: "error", action: "iam", reason: "Error: boom\n    at somewhere" },
      "03:04:05  ERROR    anonymous  iam  Error: boom",
    ],
  ])("is %s", (_, changed, text) => {
    expect(terminalLine(line(changed))).toBe(text);
  });

  it("never moves the cursor, whatever a caller is called", () => {
    const sequence = "\u001b[2J\u009b\u202e\r\n";
    const text = terminalLine(
      line({
        outcome: "error",
        principal: `arn:aws:sts::1:assumed-role/a/${sequence}`,
        reason: sequence,
      }),
    );
    expect(text).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    expect(text).toContain("\\u{1b}[2J");
  });
});

test("decisions are text on a terminal and JSON elsewhere, unless PORTCULLIS_LOG says which", () => {
  expect(logFormat({}, true)).toBe("text");
  expect(logFormat({}, false)).toBe("json");
  expect(logFormat({ PORTCULLIS_LOG: "json" }, true)).toBe("json");
  expect(logFormat({ PORTCULLIS_LOG: "text" }, false)).toBe("text");
  expect(() => logFormat({ PORTCULLIS_LOG: "xml" }, false)).toThrow(
    new RangeError("PORTCULLIS_LOG must be json or text, not `xml`"),
  );
});
