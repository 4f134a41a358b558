import {
  type AccountModel,
  analyzeAccount,
  installationServices,
  type Progress,
  whatCan,
  whoCan,
} from "@portcullis/analysis";
import { mergedParts } from "./merge-parts.ts";
import type { Answers, Ask, FromWorker, ToWorker } from "./messages.ts";

/** Answers questions about an account beside the page, which goes on to take input. */
const parts: AccountModel[] = [];

/** How often the page hears of progress. */
const REPORT_MILLISECONDS = 100;

addEventListener("message", ({ data }: MessageEvent<ToWorker>) => {
  if (data.type === "part") {
    parts.push(data.part);
    return;
  }
  const { id } = data;
  try {
    tell({ type: "answer", id, answer: answerTo(data) });
  } catch (error) {
    tell({ type: "failed", id, message: error instanceof Error ? error.message : String(error) });
  }
});

function answerTo(ask: Ask): Answers[Ask["kind"]] {
  const model = wholeModel();
  switch (ask.kind) {
    case "findings": {
      const { now, usage, services } = ask.question;
      const known = services === undefined ? {} : { services: installationServices(services) };
      return run(ask.id, analyzeAccount(model, { now, usage, ...known }));
    }
    case "whoCan":
      return run(ask.id, whoCan(model, ask.question));
    case "whatCan": {
      const { principal, services } = ask.question;
      return whatCan(model, principal, { services: installationServices(services) });
    }
  }
}

function run<T>(id: number, work: Generator<Progress, T>): T {
  let reported = performance.now();
  for (;;) {
    const step = work.next();
    if (step.done === true) return step.value;
    if (performance.now() - reported < REPORT_MILLISECONDS) continue;
    reported = performance.now();
    tell({ type: "progress", id, ...step.value });
  }
}

/** The parts as one model; made again only when parts have come since. */
function wholeModel(): AccountModel {
  if (parts.length !== 1) parts.splice(0, parts.length, mergedParts(parts));
  const [model = {}] = parts;
  return model;
}

const tell = (message: FromWorker): void => postMessage(message);
