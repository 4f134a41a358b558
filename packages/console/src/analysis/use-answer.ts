import { useState } from "react";
import { type Query, useQuery } from "../ui/use-query.ts";
import type { Answers, QuestionKind, Questions } from "./messages.ts";
import type { ReadAccount } from "./use-account.ts";

/** An answer of the worker; `question` undefined: nothing is asked yet. */
export function useAnswer<K extends QuestionKind>(
  { account }: ReadAccount,
  kind: K,
  question: Questions[K] | undefined,
): Query<Answers[K] | undefined> & { readonly progress: string | undefined } {
  const [progress, setProgress] = useState<string>();
  const query = useQuery(async () => {
    if (question === undefined) return undefined;
    try {
      return await account.ask(kind, question, setProgress);
    } finally {
      setProgress(undefined);
    }
  }, [JSON.stringify(question)]);
  return { ...query, progress };
}
