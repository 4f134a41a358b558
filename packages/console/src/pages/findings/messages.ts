import type { AccountFinding, AccountModel, CredentialReportRow } from "@portcullis/analysis";

/** What the page sends to the worker: parts of the account, then the question. */
export type ToWorker =
  | { readonly type: "part"; readonly part: AccountModel }
  | {
      readonly type: "analyze";
      readonly now: number;
      readonly credentialReport: readonly CredentialReportRow[] | undefined;
    };

export type FromWorker =
  | {
      readonly type: "progress";
      readonly phase: string;
      readonly done: number;
      readonly total: number;
    }
  | { readonly type: "findings"; readonly findings: readonly AccountFinding[] }
  | { readonly type: "failed"; readonly message: string };
