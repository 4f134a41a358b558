import { ANONYMOUS } from "@portcullis/iam/caller";
import type { Answer } from "./answer.ts";
import type { Decided } from "./decide.ts";
import type { ObserveOptions } from "./options.ts";

/**
 * A decision as an observed API answers it: what would be denied is let through, and its line says
 * so. A fault of the authorizer stays one.
 */
export function observe(
  { answer, line, payloadHash, unanswerable }: Decided,
  { unauthenticated = false }: ObserveOptions,
): Decided {
  const observing = { ...line, observing: true } as const;
  const through = letThrough(answer, payloadHash, unauthenticated);
  if (through === undefined || unanswerable) return { answer, line: observing };
  return { answer: through, line: { ...observing, observed: true } };
}

function letThrough(
  answer: Answer,
  payloadHash: string | undefined,
  unauthenticated: boolean,
): Answer | undefined {
  const { kind, decisionId } = answer;
  // A valid token whose role does not trust it proves a caller, but no principal of an account.
  const isProven = kind === "forbidden" && payloadHash !== undefined;
  if (isProven) return { kind: "allowed", caller: answer.caller, decisionId, payloadHash };
  if (!unauthenticated || (kind !== "unauthenticated" && kind !== "forbidden")) return undefined;
  return { kind: "allowed", caller: ANONYMOUS, decisionId, payloadHash: "UNSIGNED-PAYLOAD" };
}
