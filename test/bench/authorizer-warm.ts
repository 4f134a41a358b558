import { requestOfV2 } from "@portcullis/authorizer";
import { type Key, type Reader, recordsOf, type Stored } from "@portcullis/iam/store";
import { eventOf } from "../support/gateway-event.ts";
import { ownAuthorizer, ownInstallation, ROOT } from "../support/own-authorizer.ts";
import { signHeader } from "../support/wire-signer.ts";
import { quantile } from "./spread.ts";

/**
 * Microseconds of each warm decision, from the gateway's event to the answer, the log line included
 * and the DynamoDB call not.
 */
export async function ownWork(decisions: number): Promise<readonly number[]> {
  const installation = await ownInstallation();
  try {
    const authorizer = ownAuthorizer(installation, { reader: remembered(installation.reader()) });
    const { method, headers } = signHeader("api.test", ROOT, { path: "/whoami" });
    const event = eventOf({ method, rawPath: "/whoami", rawQueryString: "", headers });
    const taken: number[] = [];
    for (let at = 0; at < decisions + 500; at++) {
      const started = performance.now();
      const { kind } = await authorizer.decide(
        requestOfV2(event, { region: "us-east-1", pathIsDecoded: true }),
      );
      // Before, the compiler is still at work.
      if (at >= 500) taken.push((performance.now() - started) * 1000);
      if (kind !== "allowed") throw new Error("a decision of the benchmark was no allow");
    }
    return taken;
  } finally {
    await installation.stop();
  }
}

export async function report(): Promise<void> {
  const taken = await ownWork(10_000);
  const part = (of: number) => quantile(taken, of).toFixed(0);
  console.log(
    `  own work of a warm decision        p50 ${part(0.5)} µs, p95 ${part(0.95)}, p99 ${part(0.99)} (n=${taken.length})`,
  );
}

/** Answers what it once read, at once: what remains is the authorizer's own work. */
export function remembered(reader: Reader): Reader {
  const answers = new Map<string, Promise<readonly (Stored | undefined)[]>>();
  const recall =
    (call: "get" | "snapshot"): Reader["get"] =>
    async (keys) => {
      const name = `${call} ${keys.map(({ account, partition }) => `${account}#${partition}`).join()}`;
      const known = answers.get(name) ?? reader[call](keys as readonly Key[]);
      answers.set(name, known);
      return recordsOf(keys, await known);
    };
  return { get: recall("get"), snapshot: recall("snapshot") };
}
