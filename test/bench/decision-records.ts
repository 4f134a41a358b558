import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { type DecisionLine, requestOfV2 } from "@portcullis/authorizer";
import { usageRecorder } from "@portcullis/functions";
import { dayOf } from "@portcullis/iam/day";
import { droppedKey } from "@portcullis/iam/record/decision";
import type { Store } from "@portcullis/iam/store";
import { timeOrderedId } from "@portcullis/iam/time-ordered-id";
import { usageFeed } from "../../packages/local/src/usage-feed.ts";
import { eventOf } from "../support/gateway-event.ts";
import { startInstallation } from "../support/harness.ts";
import {
  ACCOUNT,
  type OwnInstallation,
  ownAuthorizer,
  ownInstallation,
  ROOT,
} from "../support/own-authorizer.ts";
import { addUser } from "../support/tenant.ts";
import { signHeader } from "../support/wire-signer.ts";
import { remembered } from "./authorizer-warm.ts";
import { quantile } from "./spread.ts";

const SECONDS = 60;
const PER_SECOND = 1_000;
const TICK_MILLISECONDS = 20;

/**
 * A minute of 1,000 denials a second, every other second of two minutes: what the flood writes, what
 * is dropped, what memory it takes, and how long the same process needs for a decision beside it.
 */
export async function run(): Promise<void> {
  const line = await realDenial();
  const installation = await ownInstallation();
  let writes = 0;
  const store: Store = {
    ...installation.store,
    async transact(all) {
      writes += all.length;
      await installation.store.transact(all);
    },
  };
  const feed = usageFeed(usageRecorder(() => store));
  const decide = decider(installation);
  for (let warming = 0; warming < 2_000; warming++) await decide();
  const microseconds = { flooded: [] as number[], quiet: [] as number[] };
  const megabytes: number[] = [];
  let sent = 0;
  for (let second = 0; second < 2 * SECONDS; second++) {
    const kind = second % 2 === 0 ? "flooded" : "quiet";
    const ends = performance.now() + 1_000;
    for (let tick = 1; tick <= 1_000 / TICK_MILLISECONDS; tick++) {
      if (kind === "flooded")
        for (let one = 0; one < (PER_SECOND * TICK_MILLISECONDS) / 1_000; one++, sent++)
          feed.log({ ...line, decisionId: timeOrderedId(new Date()), requestId: `flood-${sent}` });
      for (let one = 0; one < 20; one++) microseconds[kind].push(await decide());
      const wait = ends - 1_000 + tick * TICK_MILLISECONDS - performance.now();
      await new Promise((resolve) => setTimeout(resolve, Math.max(0, wait)));
    }
    collectGarbage();
    megabytes.push(process.memoryUsage().heapUsed / 1e6);
  }
  await feed.close();
  const [dropped] = await store.get([droppedKey(ACCOUNT, dayOf(Date.now()))]);
  await installation.stop();
  const p50 = (of: readonly number[]) => quantile(of, 0.5).toFixed(1);
  const ratio = quantile(microseconds.flooded, 0.5) / quantile(microseconds.quiet, 0.5);
  console.log(
    `  ${sent} denials in ${SECONDS} s: ${writes} items written, ${dropped?.data.decisions ?? 0} dropped and counted`,
  );
  console.log(
    `  heap in use                        ${megabytes[9]?.toFixed(0)} MB after 10 s, ${megabytes.at(-1)?.toFixed(0)} MB after ${2 * SECONDS} s`,
  );
  console.log(
    `  own work of a decision beside it   p50 ${p50(microseconds.flooded)} µs, without ${p50(microseconds.quiet)} µs (${ratio.toFixed(2)} times)`,
  );
}

setFlagsFromString("--expose-gc");
const collectGarbage: () => void = runInNewContext("gc");

/** A line as the authorizer logs it, with what explains the denial. */
async function realDenial(): Promise<DecisionLine> {
  const at = await startInstallation();
  try {
    await at.call(await addUser(at.iam, "ana"), "GET", "/orders/1");
    const line = at.decisions.findLast(({ outcome }) => outcome === "implicitDeny");
    if (line?.detail === undefined) throw new Error("the request of the benchmark was not denied");
    return line;
  } finally {
    await at.stop();
  }
}

/** Makes one decision and answers how many microseconds it took. */
function decider(installation: OwnInstallation): () => Promise<number> {
  const authorizer = ownAuthorizer(installation, {
    reader: remembered(installation.reader()),
    log: () => {},
  });
  const { method, headers } = signHeader("api.test", ROOT, { path: "/whoami" });
  const event = eventOf({ method, rawPath: "/whoami", rawQueryString: "", headers });
  const request = requestOfV2(event, { region: "us-east-1", pathIsDecoded: true });
  return async () => {
    const started = performance.now();
    const { kind } = await authorizer.decide(request);
    if (kind !== "allowed") throw new Error("a decision of the benchmark was no allow");
    return (performance.now() - started) * 1_000;
  };
}
