import { checkAccount } from "./final-check.ts";
import { newLedger } from "./ledger.ts";
import type { Sample } from "./record.ts";
import { stepsOf } from "./steps.ts";
import { type Tenant, type TenantRun, type Traffic, Unknown } from "./tenant-run.ts";

/** Runs one account's traffic to the end, then holds what the table has against what was said. */
export async function runTenant(traffic: Traffic, tenant: Tenant): Promise<void> {
  const { product, record } = traffic;
  const ledger = newLedger();
  const violation = (text: string) => record.violations.push(`${tenant.account}: ${text}`);
  const run = { traffic, tenant, ledger, violation, timed: timer(traffic, violation) };
  const { round, close } = stepsOf(run);
  let next = performance.now();
  for (let number = 0; performance.now() < traffic.until; number++) {
    for (const step of round(number)) {
      try {
        await step();
      } catch (error) {
        if (!(error instanceof Unknown)) throw error;
      }
      // No burst makes up for the time that a fault took.
      next = Math.max(next + traffic.paceMilliseconds, performance.now());
      await new Promise((resolve) => setTimeout(resolve, Math.max(0, next - performance.now())));
      if (performance.now() > traffic.until) break;
    }
  }
  close();
  const { violations, events } = await checkAccount(product.controlUrl, tenant.admin, ledger);
  for (const text of violations) violation(text);
  record.audited.changes += ledger.changes.size;
  record.audited.events += events;
}

function timer(
  { record, started }: Traffic,
  violation: (text: string) => void,
): TenantRun["timed"] {
  return async (kind, work) => {
    const begun = performance.now();
    const note = (outcome: Sample["outcome"]) =>
      record.samples.push({
        kind,
        at: begun - started,
        milliseconds: performance.now() - begun,
        outcome,
      });
    try {
      const answer = await work();
      note("done");
      return answer;
    } catch (error) {
      const isThrottled = error instanceof Error && error.name.startsWith("Throttling");
      note(isThrottled ? "throttled" : "failed");
      if (!isThrottled && isRefusal(error)) violation(`${kind} was refused: ${String(error)}`);
      throw new Unknown(kind, { cause: error });
    }
  };
}

/** No call of the soak is refused: the caller may make each of them. */
const isRefusal = (error: unknown): boolean =>
  error instanceof Error &&
  "$metadata" in error &&
  ((error.$metadata as { readonly httpStatusCode?: number }).httpStatusCode ?? 500) < 500;
