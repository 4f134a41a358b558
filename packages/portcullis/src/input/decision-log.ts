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
  const members = decisionMembers(line);
  if (members === undefined) return undefined;
  const { outcome, action, resource, principal } = members;
  return {
    outcome: String(outcome),
    action: textOrNone(action),
    resource: textOrNone(resource),
    principal: textOrNone(principal),
  };
}

/** The members of the decision in a line, of any types. The line may have a prefix before it. */
export function decisionMembers(line: string): Readonly<Record<string, unknown>> | undefined {
  const start = line.indexOf("{");
  if (start < 0 || !line.includes('"decision"')) return undefined;
  try {
    const members: Readonly<Record<string, unknown>> = JSON.parse(line.slice(start));
    return members.type === "decision" ? members : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

const textOrNone = (value: unknown): string | undefined =>
  typeof value === "string" ? value : undefined;
