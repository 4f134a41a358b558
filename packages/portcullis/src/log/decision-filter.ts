import type { DecisionLine } from "@portcullis/authorizer";
import { decisionMembers } from "../input/decision-log.ts";

export const OUTCOMES = [
  "allowed",
  "denied",
  "implicitDeny",
  "explicitDeny",
  "unauthenticated",
  "invalid",
  "failed",
  "error",
] as const;

export interface DecisionFilter {
  /** An ARN, or the end of one after `:` or `/`, such as `user/ana` or `ana`. */
  readonly principal?: string;
  /** An action, or the beginning of one before `*`. Case does not count. */
  readonly action?: string;
  readonly outcome?: (typeof OUTCOMES)[number];
}

/** Whether a decision is among those that are asked for. */
export function isAskedFor(
  line: DecisionLine,
  { principal, action, outcome }: DecisionFilter,
): boolean {
  return (
    (principal === undefined || isPrincipal(line.principal ?? "", principal)) &&
    (action === undefined || isAction(line.action ?? "", action)) &&
    (outcome === undefined || isOutcome(line.outcome, outcome))
  );
}

const isPrincipal = (arn: string, wanted: string): boolean =>
  arn === wanted || arn.endsWith(`:${wanted}`) || arn.endsWith(`/${wanted}`);

function isAction(action: string, wanted: string): boolean {
  const [own, other] = [action.toLowerCase(), wanted.toLowerCase()];
  return other.endsWith("*") ? own.startsWith(other.slice(0, -1)) : own === other;
}

const isOutcome = (outcome: DecisionLine["outcome"], wanted: (typeof OUTCOMES)[number]): boolean =>
  wanted === "denied"
    ? outcome === "implicitDeny" || outcome === "explicitDeny"
    : outcome === wanted;

/** The decision in a line, which may have a prefix such as CloudWatch's time. */
export function decisionIn(text: string): DecisionLine | undefined {
  const members = decisionMembers(text);
  return isDecision(members) ? members : undefined;
}

const isDecision = (data: unknown): data is DecisionLine =>
  data instanceof Object &&
  "time" in data &&
  typeof data.time === "string" &&
  "outcome" in data &&
  OUTCOMES.some((outcome) => outcome !== "denied" && outcome === data.outcome) &&
  // What is printed must be what it should be: a log may hold lines of others.
  TEXTS.every((name) => isOptional(Reflect.get(data, name), isText)) &&
  LISTS.every((name) =>
    isOptional(Reflect.get(data, name), (value) => Array.isArray(value) && value.every(isText)),
  );

const TEXTS = [
  "action",
  "resource",
  "route",
  "principal",
  "account",
  "accessKeyId",
  "sourceIp",
  "reason",
];
const LISTS = ["statements", "nearMisses", "missingContext"];
const isText = (value: unknown): boolean => typeof value === "string";
const isOptional = (value: unknown, isValid: (value: unknown) => boolean): boolean =>
  value === undefined || isValid(value);
