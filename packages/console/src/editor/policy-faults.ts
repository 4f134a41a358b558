import { type FindingType, type Fix, lintPolicy, type Services } from "@portcullis/analysis";
import { checkPolicy, type PolicyKind, positionAt } from "@portcullis/policy";

export type { Fix };

/** `refused`: the server does not take the document. The others are advice. */
export type FaultLevel = "refused" | "error" | "security" | "warning" | "suggestion";

export interface Fault {
  readonly level: FaultLevel;
  readonly start: number;
  readonly end: number;
  /** From 1. */
  readonly line: number;
  readonly message: string;
  readonly fixes: readonly Fix[];
}

const LEVELS: Readonly<Record<FindingType, FaultLevel>> = {
  ERROR: "error",
  SECURITY_WARNING: "security",
  WARNING: "warning",
  SUGGESTION: "suggestion",
};

/** All faults of a document: the server's own checks first, then advice on what they let pass. */
export function policyFaults(
  text: string,
  kind: PolicyKind,
  services: Services | undefined,
): readonly Fault[] {
  const refused = checkPolicy(text, kind).map(
    ({ reason, message, span }): Fault => ({
      level: "refused",
      ...span,
      line: positionAt(text, span.start).line,
      message: reason || message,
      fixes: [],
    }),
  );
  const { findings } = lintPolicy(text, { kind, services });
  const advice = findings.flatMap(({ findingType, findingDetails, locations, fixes }): Fault[] => {
    const start = locations[0]?.span.start.offset ?? 0;
    const end = locations[0]?.span.end.offset ?? text.length;
    const fault = { start, end, line: positionAt(text, start).line, fixes };
    // Lint reports what the server refuses too, in Access Analyzer's words.
    const isKnown = refused.some((known) => start < known.end && known.start < end);
    if (findingType === "ERROR" && isKnown) return [];
    return [{ ...fault, level: LEVELS[findingType], message: findingDetails }];
  });
  return [...refused, ...advice];
}
