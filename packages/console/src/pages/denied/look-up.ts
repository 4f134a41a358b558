import type { DecisionDescription } from "@portcullis/control-api/portcullis-client";
import { portcullis } from "../../api/clients.ts";
import { describeFailure } from "../../api/errors.ts";
import { portcullisCommand } from "../../api/portcullis-command.ts";
import type { DecisionReference } from "./find-reference.ts";

const ATTEMPTS = 5;
const WAIT_MILLISECONDS = 600;

/**
 * The decision that one of the references names. A record is there a moment after its decision, so
 * that a new one is looked for some seconds.
 * @throws what GetDecision answers, `ResourceNotFoundException` when there is none
 */
export async function lookUp(
  references: readonly DecisionReference[],
  abortSignal: AbortSignal,
): Promise<DecisionDescription> {
  for (let attempt = 1; ; attempt++) {
    for (const [at, reference] of references.entries()) {
      try {
        const command = portcullisCommand("getDecision", reference);
        return (await portcullis(command, { abortSignal })).Decision;
      } catch (error) {
        const isLast = at === references.length - 1 && attempt === ATTEMPTS;
        if (isLast || describeFailure(error).kind !== "missing") throw error;
      }
    }
    await new Promise((resolve) => setTimeout(resolve, WAIT_MILLISECONDS));
  }
}
