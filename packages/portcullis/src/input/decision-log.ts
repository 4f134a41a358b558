import { readFileSync } from "node:fs";
import { InputFault } from "@portcullis/testing/input-fault";
import { readText } from "./read-file.ts";

/** Of a decision's log line what a policy is made from. */
export interface LoggedDecision {
  readonly outcome: string;
  readonly action?: string | undefined;
  readonly resource?: string | undefined;
  readonly principal?: string | undefined;
}

/**
 * The decisions among a log's lines. Each may have a prefix, such as CloudWatch's time. Other lines
 * are ignored.
 * @throws {InputFault} if there is no decision
 */
export function decisionsIn(path: string): readonly LoggedDecision[] {
  const text = path === "-" ? readFileSync(0, "utf8") : readText(path);
  const decisions = text.split("\n").flatMap((line) => decisionIn(line) ?? []);
  if (decisions.length === 0)
    throw new InputFault(`${path === "-" ? "Standard input" : path} has no decision's log line.`);
  return decisions;
}

function decisionIn(line: string): LoggedDecision | undefined {
  const start = line.indexOf("{");
  if (start < 0 || !line.includes('"decision"')) return undefined;
  let data: unknown;
  try {
    data = JSON.parse(line.slice(start));
  } catch {
    return undefined;
  }
  if (!(data instanceof Object)) return undefined;
  const members: Readonly<Record<string, unknown>> = { ...data };
  const { type, outcome, action, resource, principal } = members;
  if (type !== "decision") return undefined;
  return {
    outcome: String(outcome),
    action: textOrNone(action),
    resource: textOrNone(resource),
    principal: textOrNone(principal),
  };
}

const textOrNone = (value: unknown): string | undefined =>
  typeof value === "string" ? value : undefined;
