import type { AccountModel } from "@portcullis/analysis";
import type { Answers, Ask, FromWorker, QuestionKind, Questions, ToWorker } from "./messages.ts";

/** An account in a worker, which answers questions about it. */
export interface OpenAccount {
  readonly add: (part: AccountModel) => void;
  readonly ask: <K extends QuestionKind>(
    kind: K,
    question: Questions[K],
    onProgress?: (words: string) => void,
  ) => Promise<Answers[K]>;
}

interface Waiting {
  readonly resolve: (answer: never) => void;
  readonly reject: (error: Error) => void;
  readonly onProgress: ((words: string) => void) | undefined;
}

/** Starts the worker. It ends with the signal; questions without an answer then fail. */
export function openAccount(signal: AbortSignal): OpenAccount {
  const worker = new Worker(new URL("./account-worker.ts", import.meta.url), { type: "module" });
  const waiting = new Map<number, Waiting>();
  let asked = 0;
  const failAll = (error: Error) => {
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
  };
  signal.addEventListener("abort", () => {
    worker.terminate();
    failAll(new DOMException("The page is gone.", "AbortError"));
  });
  worker.addEventListener("error", ({ message }) => failAll(new Error(message)));
  worker.addEventListener("message", ({ data }: MessageEvent<FromWorker>) => {
    const { id, type } = data;
    const question = waiting.get(id);
    if (question === undefined) return;
    if (type === "progress") {
      question.onProgress?.(`Analyzing ${data.phase}: ${data.done} of ${data.total}`);
      return;
    }
    waiting.delete(id);
    if (type === "answer") question.resolve(data.answer as never);
    else question.reject(new Error(data.message));
  });
  const tell = (message: ToWorker) => worker.postMessage(message);
  return {
    add: (part) => tell({ type: "part", part }),
    ask: (kind, question, onProgress) =>
      new Promise((resolve, reject) => {
        const id = asked++;
        waiting.set(id, { resolve, reject, onProgress });
        tell({ type: "ask", id, kind, question } as Ask);
      }),
  };
}
