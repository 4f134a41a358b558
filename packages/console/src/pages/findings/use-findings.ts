import {
  type EntityType,
  GetAccountAuthorizationDetailsCommand,
  type GetAccountAuthorizationDetailsResponse,
} from "@aws-sdk/client-iam";
import type { AccountFinding, CredentialReportRow } from "@portcullis/analysis";
import { useCallback, useEffect, useRef, useState } from "react";
import { iam } from "../../api/clients.ts";
import { loadCredentialReport } from "../../api/credential-report.ts";
import { type CallFailure, describeFailure } from "../../api/errors.ts";
import type { FromWorker, ToWorker } from "./messages.ts";

export interface Findings {
  readonly findings: readonly AccountFinding[] | undefined;
  readonly failure: CallFailure | undefined;
  /** What is under way, in words; undefined when it is over. */
  readonly progress: string | undefined;
  /** What the findings leave out: a sentence each. */
  readonly leftOut: readonly string[];
  /** Users, groups, roles and policies that were read. */
  readonly entities: number;
  readonly reload: () => void;
}

const MOST_ENTITIES = 10_000;

/** An answer is parsed in one go: 100 entities take some milliseconds, 1,000 would block input. */
const PAGE_ENTITIES = 100;

/** `AWSManagedPolicy` brings those that are attached only. */
const FILTER: readonly EntityType[] = [
  "User",
  "Group",
  "Role",
  "LocalManagedPolicy",
  "AWSManagedPolicy",
];

type State = Omit<Findings, "reload">;

const START: State = {
  findings: undefined,
  failure: undefined,
  progress: "Reading the account",
  leftOut: [],
  entities: 0,
};

/** Findings of the account, made in a worker, so that the page answers input meanwhile. */
export function useFindings(): Findings {
  const [state, setState] = useState(START);
  const running = useRef<AbortController>(undefined);
  const reload = useCallback(() => {
    running.current?.abort();
    const controller = new AbortController();
    running.current = controller;
    const { signal } = controller;
    setState(START);
    const update = (change: Partial<State>) =>
      signal.aborted || setState((before) => ({ ...before, ...change }));
    analyze(signal, update).catch((error: unknown) =>
      update({ failure: describeFailure(error), progress: undefined }),
    );
  }, []);
  useEffect(() => {
    reload();
    return () => running.current?.abort();
  }, [reload]);
  return { ...state, reload };
}

async function analyze(
  signal: AbortSignal,
  update: (change: Partial<State>) => void,
): Promise<void> {
  const worker = new Worker(new URL("./findings-worker.ts", import.meta.url), { type: "module" });
  const end = () => worker.terminate();
  signal.addEventListener("abort", end);
  try {
    const { entities, isWhole } = await readAccount(worker, signal, update);
    const { rows, sentence } = await credentialRows(signal);
    const read = entities.toLocaleString("en");
    update({
      leftOut: [
        ...(isWhole ? [] : [`The account has more entities than the ${read} that were read.`]),
        ...(sentence === undefined ? [] : [sentence]),
        "Service control policies, and the use of single permissions, are left out.",
      ],
    });
    const findings = await answerOf(worker, update, {
      type: "analyze",
      now: Date.now(),
      credentialReport: rows,
    });
    update({ findings, progress: undefined });
  } finally {
    signal.removeEventListener("abort", end);
    end();
  }
}

/** Sends the account to the worker as it comes, a page at a time. */
async function readAccount(
  worker: Worker,
  signal: AbortSignal,
  update: (change: Partial<State>) => void,
): Promise<{ readonly entities: number; readonly isWhole: boolean }> {
  let entities = 0;
  let Marker: string | undefined;
  do {
    const answer: GetAccountAuthorizationDetailsResponse = await iam(
      new GetAccountAuthorizationDetailsCommand({
        Filter: [...FILTER],
        MaxItems: PAGE_ENTITIES,
        Marker,
      }),
      { abortSignal: signal },
    );
    const { UserDetailList, GroupDetailList, RoleDetailList, Policies } = answer;
    const part = { UserDetailList, GroupDetailList, RoleDetailList, Policies };
    for (const list of Object.values(part)) entities += list?.length ?? 0;
    tell(worker, { type: "part", part });
    Marker = answer.Marker;
    const read = entities.toLocaleString("en");
    update({ entities, progress: `Reading the account: ${read} entities` });
  } while (Marker !== undefined && entities < MOST_ENTITIES);
  return { entities, isWhole: Marker === undefined };
}

const tell = (worker: Worker, message: ToWorker): void => worker.postMessage(message);

const answerOf = (
  worker: Worker,
  update: (change: Partial<State>) => void,
  question: ToWorker,
): Promise<readonly AccountFinding[]> =>
  new Promise((resolve, reject) => {
    worker.addEventListener("error", ({ message }) => reject(new Error(message)));
    worker.addEventListener("message", ({ data }: MessageEvent<FromWorker>) => {
      if (data.type === "findings") resolve(data.findings);
      else if (data.type === "failed") reject(new Error(data.message));
      else update({ progress: `Analyzing ${data.phase}: ${data.done} of ${data.total}` });
    });
    tell(worker, question);
  });

/** Findings about credentials need the report; the others are made without it. */
async function credentialRows(signal: AbortSignal): Promise<{
  readonly rows: readonly CredentialReportRow[] | undefined;
  readonly sentence: string | undefined;
}> {
  try {
    const { rows } = await loadCredentialReport(signal);
    return { rows: rows as readonly CredentialReportRow[], sentence: undefined };
  } catch (error) {
    const { message } = describeFailure(error);
    return { rows: undefined, sentence: `Unused credentials are left out: ${message}` };
  }
}
