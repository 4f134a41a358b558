import type { AccountFinding } from "@portcullis/analysis";
import { useEffect, useState } from "react";
import { serviceReferences } from "../../analysis/service-references.ts";
import { type ReadAccount, useAccount } from "../../analysis/use-account.ts";
import { type CallFailure, describeFailure } from "../../api/errors.ts";
import { loadUsage } from "./load-usage.ts";

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

type Made = Pick<Findings, "findings" | "failure" | "progress" | "leftOut">;

const START: Made = {
  findings: undefined,
  failure: undefined,
  progress: "Analyzing the account",
  leftOut: [],
};

/** Findings of the account, made in a worker, so that the page answers input meanwhile. */
export function useFindings(): Findings {
  const account = useAccount();
  const { read } = account;
  const [made, setMade] = useState(START);
  useEffect(() => {
    if (read === undefined) return;
    const controller = new AbortController();
    const { signal } = controller;
    setMade(START);
    const update = (change: Partial<Made>) =>
      signal.aborted || setMade((before) => ({ ...before, ...change }));
    analyze(read, signal, update).catch((error: unknown) =>
      update({ failure: describeFailure(error), progress: undefined }),
    );
    return () => controller.abort();
  }, [read]);
  return {
    ...made,
    failure: account.failure ?? made.failure,
    progress:
      account.failure === undefined ? (account.progress ?? made.progress) : account.progress,
    entities: read?.entities ?? 0,
    reload: account.reload,
  };
}

async function analyze(
  { account, principals, leftOut }: ReadAccount,
  signal: AbortSignal,
  update: (change: Partial<Made>) => void,
): Promise<void> {
  const onProgress = (progress: string) => update({ progress });
  const [known, use] = await Promise.all([
    serviceReferences(signal),
    loadUsage(principals, signal, onProgress),
  ]);
  const question = { now: Date.now(), usage: use.usage, services: known.services };
  const findings = await account.ask("findings", question, onProgress);
  update({
    findings,
    progress: undefined,
    leftOut: [...leftOut, ...use.leftOut, ...known.leftOut],
  });
}
