import type { DecisionLine, Outcome } from "./decision-log.ts";

const VERDICTS: Readonly<Record<Outcome, string>> = {
  allowed: "ALLOW",
  implicitDeny: "DENY",
  explicitDeny: "DENY",
  unauthenticated: "UNKNOWN",
  invalid: "INVALID",
  failed: "FAILED",
  error: "ERROR",
};

/** A denial, or missing credentials, that was let through. */
const OBSERVED = "OBSERVE";

const VERDICT_WIDTH = Math.max(...Object.values(VERDICTS).map(({ length }) => length));

/** A decision as one line for a person: time, verdict, who, what, why. */
export function terminalLine(line: DecisionLine): string {
  const what = [line.action ?? line.route, line.resource].filter((part) => part !== undefined);
  return [
    line.time.slice(11, 19),
    (line.observed ? OBSERVED : VERDICTS[line.outcome]).padEnd(VERDICT_WIDTH),
    whoOf(line),
    what.join(" on ") || "-",
    whyOf(line),
  ]
    .filter((part) => part !== "")
    .map(printable)
    .join("  ");
}

/** `111122223333:user/ana` rather than the whole ARN. */
function whoOf({ principal, account, accessKeyId, sourceIp }: DecisionLine): string {
  if (principal !== undefined) return principal.replace(/^arn:aws:(?:iam|sts)::/, "");
  return accessKeyId ?? account ?? sourceIp ?? "anonymous";
}

function whyOf({
  outcome,
  reason,
  statements = [],
  nearMisses = [],
  missingContext = [],
}: DecisionLine): string {
  const by = statements.length === 0 ? [] : [`by ${statements.join(", ")}`];
  if (outcome === "allowed") return by.join("");
  return [
    ...(reason === undefined ? [] : [reason.split("\n")[0] ?? ""]),
    ...by,
    ...(nearMisses.length === 0 ? [] : [`nearest: ${nearMisses.join("; ")}`]),
    ...(missingContext.length === 0 ? [] : [`not in the request: ${missingContext.join(", ")}`]),
  ].join(" | ");
}

/** Names come from callers: an escape sequence in one must not reach the terminal. */
const printable = (text: string): string =>
  text.replace(
    /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu,
    (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`,
  );
