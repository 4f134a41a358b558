import { matchesWildcard } from "../match/wildcard.ts";
import type { Effect, Statement } from "../model/policy.ts";
import type { CompiledPolicy } from "./compile.ts";

/** Requests of one action on every resource that begins alike, or on one resource. */
export interface RequestFamily {
  /** `orders:GetOrder` */
  readonly action: string;
  /** An ARN, or what the ARNs of all the resources begin with. */
  readonly resource: string;
  /** Whether `resource` is only the beginning of the ARNs. */
  readonly isPrefix: boolean;
}

/** Which of a family's requests a policy is about. "some" also stands for what is not known. */
export type Coverage = "all" | "some" | "none";

/** How many requests of a family the statements of one effect are about. */
export const coverage = (
  policies: readonly CompiledPolicy[],
  effect: Effect,
  family: RequestFamily,
): Coverage =>
  widest(
    policies.flatMap(({ policy }) =>
      policy.statements
        .filter((statement) => statement.effect === effect)
        .map((statement) => statementCoverage(statement, family)),
    ),
  );

/** The coverage of several policies or statements together. */
export function widest(coverages: readonly Coverage[]): Coverage {
  if (coverages.includes("all")) return "all";
  return coverages.includes("some") ? "some" : "none";
}

function statementCoverage(
  { action, resource, condition }: Statement,
  family: RequestFamily,
): Coverage {
  const name = family.action.toLowerCase();
  const isNamed = action.patterns.some((pattern) => matchesWildcard(pattern.toLowerCase(), name));
  if (isNamed !== (action.match === "only")) return "none";
  const named = widest((resource?.patterns ?? ["*"]).map((one) => patternCoverage(one, family)));
  const covered = resource?.match === "except" ? OPPOSITE[named] : named;
  // Whether a condition holds may change from request to request.
  return covered === "none" || condition.length === 0 ? covered : "some";
}

const OPPOSITE = { all: "none", some: "some", none: "all" } as const;

/**
 * Answers "all" and "none" only in plain cases: where the parts of an ARN match one by one, and the
 * part after the fifth colon is a literal text and a `*`. A wildcard in an earlier part may match
 * across colons, so what does not match there is "some".
 */
function patternCoverage(pattern: string, { resource, isPrefix }: RequestFamily): Coverage {
  const byBeginning = (): Coverage =>
    areCompatible(literalStart(pattern), resource) ? "some" : "none";
  if (pattern.includes("${")) return byBeginning();
  const wanted = splitAtResource(pattern);
  const given = splitAtResource(resource);
  if (wanted === undefined || given === undefined) {
    const literal = literalStart(pattern);
    const isStart = pattern.slice(literal.length) === "*" && resource.startsWith(literal);
    return isStart ? "all" : byBeginning();
  }
  if (!wanted.head.every((part, at) => matchesWildcard(part, given.head[at] ?? "")))
    return byBeginning();
  const literal = literalStart(wanted.resource);
  const unmatched = wanted.head.some((part) => /[*?]/.test(part)) ? "some" : "none";
  if (!isPrefix) return matchesWildcard(wanted.resource, given.resource) ? "all" : unmatched;
  if (wanted.resource.slice(literal.length) === "*" && given.resource.startsWith(literal))
    return "all";
  return areCompatible(literal, given.resource) ? "some" : unmatched;
}

const literalStart = (pattern: string): string => /^[^*?$]*/.exec(pattern)?.[0] ?? "";

const areCompatible = (one: string, other: string): boolean =>
  one.startsWith(other) || other.startsWith(one);

/** An ARN at its fifth colon. Undefined where there are fewer. */
function splitAtResource(
  text: string,
): { readonly head: readonly string[]; readonly resource: string } | undefined {
  const parts = text.split(":");
  return parts.length < 6
    ? undefined
    : { head: parts.slice(0, 5), resource: parts.slice(5).join(":") };
}
