import type { WhoCanAnswer } from "@portcullis/analysis";
import { useEffect, useState } from "react";
import type { ReadAccount } from "../../analysis/use-account.ts";
import type { CallFailure } from "../../api/errors.ts";
import { describeFailure } from "../../api/errors.ts";

interface Question {
  readonly action: string;
  readonly resource: string;
}

/** How many users and roles can do something, and how many of them on conditions only. */
export interface Callers {
  readonly allowed: number;
  readonly conditional: number;
}

export const nameOfQuestion = ({ action, resource }: Question): string => `${action} ${resource}`;

/** Who can do each of these, one question after the other; by {@link nameOfQuestion}. */
export function useCallers(
  read: ReadAccount | undefined,
  questions: readonly Question[],
): { readonly callers: ReadonlyMap<string, Callers>; readonly failure: CallFailure | undefined } {
  const [callers, setCallers] = useState<ReadonlyMap<string, Callers>>(new Map());
  const [failure, setFailure] = useState<CallFailure>();
  const text = JSON.stringify(questions);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the questions, not the array that holds them
  useEffect(() => {
    if (read === undefined) return;
    let isGone = false;
    const ask = async () => {
      for (const question of questions) {
        if (isGone) return;
        const answer = await read.account.ask("whoCan", question);
        if (isGone) return;
        setCallers((before) => new Map(before).set(nameOfQuestion(question), countsOf(answer)));
      }
    };
    ask().catch((error: unknown) => {
      if (!isGone) setFailure(describeFailure(error));
    });
    return () => {
      isGone = true;
    };
  }, [read, text]);
  return { callers, failure };
}

const countsOf = ({ principals }: WhoCanAnswer): Callers => {
  const conditional = principals.filter(({ access }) => access === "conditional").length;
  return { conditional, allowed: principals.length - conditional };
};
