import { gzipSync } from "node:zlib";
import type { DecisionLine, Log } from "@portcullis/authorizer";
import type { UsageHandler } from "@portcullis/functions";
import { lambdaContext } from "./gateway/event.ts";

/** Hands the decision log on as CloudWatch Logs does. */
export interface UsageFeed {
  /** Takes a line and answers at once; nothing that it does later can fail a decision. */
  readonly log: Log;
  /** Hands on what is left. */
  close(): Promise<void>;
}

const LINES_AT_ONCE = 100;
const PAUSE_MILLISECONDS = 1_000;
/** Lines beyond are dropped: what was used when is known a little less well, and memory stays what it is. */
const LINES_AT_MOST = 10_000;

/** Feeds the function that learns from the decision log, every second or every hundred lines. */
export function usageFeed(handler: UsageHandler): UsageFeed {
  const waiting: DecisionLine[] = [];
  let timer: NodeJS.Timeout | undefined;
  let handing: Promise<void> | undefined;

  const handOnAll = async () => {
    while (waiting.length > 0) {
      const lines = waiting.splice(0, LINES_AT_ONCE);
      await handler(logsEvent(lines), lambdaContext("usage")).catch((error: unknown) =>
        console.error(error),
      );
    }
  };
  const handOn = (): Promise<void> => {
    clearTimeout(timer);
    timer = undefined;
    handing ??= handOnAll().finally(() => {
      handing = undefined;
    });
    return handing;
  };
  return {
    log(line) {
      // As the deployed subscription's filter pattern.
      if (line.outcome === "unauthenticated" || line.outcome === "error") return;
      if (waiting.length >= LINES_AT_MOST) return;
      waiting.push(line);
      if (waiting.length >= LINES_AT_ONCE) void handOn();
      else timer ??= setTimeout(handOn, PAUSE_MILLISECONDS).unref();
    },
    async close() {
      await handOn();
      // Lines that came while the last ones were handed on.
      await handOn();
    },
  };
}

const logsEvent = (lines: readonly DecisionLine[]) => ({
  awslogs: {
    data: gzipSync(
      JSON.stringify({
        messageType: "DATA_MESSAGE",
        logEvents: lines.map((line) => ({ message: JSON.stringify(line) })),
      }),
    ).toString("base64"),
  },
});
