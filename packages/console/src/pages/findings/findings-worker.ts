import { type AccountModel, analyzeAccount } from "@portcullis/analysis";
import type { FromWorker, ToWorker } from "./messages.ts";

const parts: AccountModel[] = [];

/** How often the page hears of progress. */
const REPORT_MILLISECONDS = 100;

addEventListener("message", ({ data }: MessageEvent<ToWorker>) => {
  if (data.type === "part") parts.push(data.part);
  else {
    try {
      tell({ type: "findings", findings: analyze(data) });
    } catch (error) {
      tell({ type: "failed", message: error instanceof Error ? error.message : String(error) });
    }
  }
});

function analyze({ now, credentialReport }: Extract<ToWorker, { type: "analyze" }>) {
  const model: AccountModel = {
    UserDetailList: parts.flatMap(({ UserDetailList }) => UserDetailList ?? []),
    GroupDetailList: parts.flatMap(({ GroupDetailList }) => GroupDetailList ?? []),
    RoleDetailList: parts.flatMap(({ RoleDetailList }) => RoleDetailList ?? []),
    Policies: parts.flatMap(({ Policies }) => Policies ?? []),
  };
  const work = analyzeAccount(model, { now, usage: { credentialReport } });
  let reported = performance.now();
  for (;;) {
    const step = work.next();
    if (step.done === true) return step.value;
    if (performance.now() - reported < REPORT_MILLISECONDS) continue;
    reported = performance.now();
    tell({ type: "progress", ...step.value });
  }
}

const tell = (message: FromWorker): void => postMessage(message);
