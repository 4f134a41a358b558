import type {
  AccountFinding,
  AccountModel,
  ServiceReference,
  Usage,
  WhatCanAnswer,
  WhoCanAnswer,
} from "@portcullis/analysis";

/** What the worker is asked about the account that was sent to it. */
export interface Questions {
  readonly findings: {
    readonly now: number;
    readonly usage: Usage;
    /** Undefined: the actions that exist are not known. */
    readonly services: readonly ServiceReference[] | undefined;
  };
  readonly whoCan: { readonly action: string; readonly resource: string };
  readonly whatCan: {
    readonly principal: string;
    readonly services: readonly ServiceReference[];
  };
}

export interface Answers {
  readonly findings: readonly AccountFinding[];
  readonly whoCan: WhoCanAnswer;
  /** Undefined: there is no such principal. */
  readonly whatCan: WhatCanAnswer | undefined;
}

export type QuestionKind = keyof Questions;

/** A question with its kind. `id` tells the answers of several apart. */
export type Ask = {
  readonly [K in QuestionKind]: {
    readonly type: "ask";
    readonly id: number;
    readonly kind: K;
    readonly question: Questions[K];
  };
}[QuestionKind];

/** What the page sends to the worker: parts of the account, then questions. */
export type ToWorker = { readonly type: "part"; readonly part: AccountModel } | Ask;

export type FromWorker =
  | {
      readonly type: "progress";
      readonly id: number;
      readonly phase: string;
      readonly done: number;
      readonly total: number;
    }
  | { readonly type: "answer"; readonly id: number; readonly answer: Answers[QuestionKind] }
  | { readonly type: "failed"; readonly id: number; readonly message: string };
