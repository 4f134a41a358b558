import { credentialsOf, send, type TestCredentials } from "../support/harness.ts";
import { type TenantRun, Unknown } from "./tenant-run.ts";

/** A user waits at most 5 minutes for the next attempt; a clock step may come on top. */
const LONGEST_WAIT_MILLISECONDS = 15 * 60_000;

/**
 * Signs in. Attempts that a fault cut off count as failures, and make the next ones wait: only then
 * a refusal is right.
 * @throws {Unknown} without an answer, or while it has to wait
 */
export async function signInOf(
  { traffic, tenant, timed, violation }: TenantRun,
  userName: string,
  password: string,
): Promise<TestCredentials> {
  const { controlUrl } = traffic.product;
  const body = JSON.stringify({ account: tenant.account, userName, password });
  const headers = {
    host: new URL(controlUrl).host,
    "content-type": "application/json",
    "content-length": String(Buffer.byteLength(body)),
  };
  const answer = await timed("sign-in", async () => {
    const got = await send(controlUrl, "POST", "/signin", headers, body);
    if (got.status >= 500) throw new Error(String(got.status));
    return got;
  }).catch((error: unknown) => {
    traffic.lastLostSignIn.at = performance.now();
    throw error;
  });
  if (answer.status === 200) return credentialsOf(answer.body.credentials);
  const mayWait = performance.now() - traffic.lastLostSignIn.at < LONGEST_WAIT_MILLISECONDS;
  if (answer.status !== 401 || !mayWait) violation(`sign-in: ${answer.status} and not 200`);
  throw new Unknown("sign-in");
}
