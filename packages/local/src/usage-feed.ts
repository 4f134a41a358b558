import type { DecisionLine, Log } from "@portcullis/authorizer";
import type { LostLines, UsageLine } from "@portcullis/functions";

/** Passes the decision log on, as the log subscription does that is deployed. */
export interface UsageFeed {
  /** Queues a line. Nothing that happens to it later can fail a decision. */
  readonly log: Log;
  /** Passes on the lines that are left. */
  close(): Promise<void>;
}

/** More would block the process for longer than a decision may wait. */
const BATCH_LINES = 250;
const INTERVAL_MILLISECONDS = 500;
/** Further lines are dropped and counted, so that memory stays bounded. */
const QUEUE_LINES = 10_000;

/** Feeds what learns from the decision log, every half second or when a batch is full. */
export function usageFeed(record: (lines: readonly UsageLine[]) => Promise<void>): UsageFeed {
  const waiting: DecisionLine[] = [];
  /** How many lines were dropped, by account. */
  const lost = new Map<string, number>();
  let timer: NodeJS.Timeout | undefined;
  let passing: Promise<void> | undefined;

  // What comes during a call waits for the next interval unless it is a whole batch: a steady flow
  // of decisions would otherwise be passed on line by line.
  const passBatches = async () => {
    do {
      const lines = [...waiting.splice(0, BATCH_LINES), ...lostLines(lost)];
      await record(lines).catch((error: unknown) => console.error(error));
    } while (waiting.length >= BATCH_LINES);
  };
  const pass = (): Promise<void> => {
    clearTimeout(timer);
    timer = undefined;
    passing ??= passBatches().finally(() => {
      passing = undefined;
      if (waiting.length > 0) timer ??= setTimeout(pass, INTERVAL_MILLISECONDS).unref();
    });
    return passing;
  };
  return {
    log(line) {
      // The same as the deployed subscription's filter pattern.
      if (line.outcome === "unauthenticated" || line.outcome === "error") return;
      if (waiting.length >= QUEUE_LINES) {
        // Callers do not choose accounts: these are as many as the installation has.
        if (line.account !== undefined) lost.set(line.account, (lost.get(line.account) ?? 0) + 1);
        return;
      }
      waiting.push(line);
      if (waiting.length >= BATCH_LINES) void pass();
      else timer ??= setTimeout(pass, INTERVAL_MILLISECONDS).unref();
    },
    async close() {
      // Lines may be queued during a call.
      while (passing !== undefined || waiting.length > 0) await pass();
      clearTimeout(timer);
    },
  };
}

function lostLines(lost: Map<string, number>): readonly LostLines[] {
  const lines = [...lost].map(([account, count]) => ({
    type: "lost" as const,
    account,
    lines: count,
  }));
  lost.clear();
  return lines;
}
