import * as iam from "@aws-sdk/client-iam";
import * as sts from "@aws-sdk/client-sts";
import { call, credentialsOf, send, type TestCredentials } from "../support/harness.ts";
import type { Product } from "./product.ts";
import type { Sample, SoakRecord } from "./record.ts";

/** One account of the soak, and what is known of it. */
export interface Tenant {
  readonly account: string;
  readonly admin: TestCredentials;
  readonly caller: TestCredentials;
  readonly role: string;
  readonly federatedRole: string;
}

export interface Traffic {
  readonly product: Product;
  readonly record: SoakRecord;
  readonly started: number;
  readonly until: number;
  readonly issueToken: () => Promise<string>;
}

export const PASSWORD = "Correct horse battery staple 1";
export const ALLOW = JSON.stringify({
  Version: "2012-10-17",
  Statement: { Effect: "Allow", Action: "orders:ListOrders", Resource: "*" },
});
const PAUSE_MILLISECONDS = 20;
/** Each round keeps one user of four. */
const KEPT = 4;
/** Bounds what the worker creates: an account holds at most 5,000 users. */
const MOST_USERS = 2_000;

class Unknown extends Error {
  override readonly name = "Unknown";
}

/** Runs one account's traffic to the end, then holds what the table has against what was said. */
export async function runTenant(traffic: Traffic, tenant: Tenant): Promise<void> {
  const { product, record, started } = traffic;
  const options = { endpoint: product.controlUrl, region: "us-east-1", maxAttempts: 1 };
  const admin = new iam.IAMClient({ ...options, credentials: tenant.admin });
  const caller = new sts.STSClient({ ...options, credentials: tenant.caller });
  const kept = new Set<string>();
  const gone = new Set<string>();
  /** Whether the caller's policy allows. Undefined after a change whose outcome is unknown. */
  let allowed: boolean | undefined = true;

  const timed = async <T>(kind: string, work: () => Promise<T>): Promise<T> => {
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
      const name = error instanceof Error ? error.name : "";
      const status = (error as iam.IAMServiceException).$metadata?.httpStatusCode;
      const refused = status !== undefined && status < 500;
      note(name.startsWith("Throttling") ? "throttled" : "failed");
      if (refused && !name.startsWith("Throttling"))
        record.violations.push(`${tenant.account}: ${kind} was refused: ${String(error)}`);
      throw new Unknown(kind, { cause: error });
    }
  };
  const decide = async (kind: string, credentials: TestCredentials): Promise<number> => {
    const { status } = await timed(kind, async () => {
      const answer = await call(product.apiUrl, credentials, "GET", "/orders");
      if (answer.status >= 500) throw new Error(String(answer.status));
      return answer;
    });
    return status;
  };
  const expectStatus = (kind: string, status: number, expected: number) => {
    if (status !== expected)
      record.violations.push(`${tenant.account}: ${kind}: ${status} and not ${expected}`);
  };

  const change = async () => {
    const policy = { UserName: "caller", PolicyName: "orders" };
    const next = allowed !== true;
    allowed = undefined;
    await timed("change", () =>
      next
        ? admin.send(new iam.PutUserPolicyCommand({ ...policy, PolicyDocument: ALLOW }))
        : // A delete whose answer was lost may have been made: put first, so that it is there.
          admin
            .send(new iam.PutUserPolicyCommand({ ...policy, PolicyDocument: ALLOW }))
            .then(() => admin.send(new iam.DeleteUserPolicyCommand(policy))),
    );
    allowed = next;
  };
  const decideOwn = async () => {
    const before = allowed;
    const status = await decide("decision", tenant.caller);
    if (before !== undefined) expectStatus("decision", status, before ? 200 : 403);
  };
  const createUser = async (round: number) => {
    if (round >= MOST_USERS) return;
    const UserName = `user-${round}`;
    await timed("create", () => admin.send(new iam.CreateUserCommand({ UserName })));
    kept.add(UserName);
    if (round % KEPT === 0) return;
    kept.delete(UserName);
    await timed("delete", () => admin.send(new iam.DeleteUserCommand({ UserName })));
    gone.add(UserName);
  };
  const signIn = async () => {
    const { account } = tenant;
    const body = JSON.stringify({ account, userName: "caller", password: PASSWORD });
    const { status } = await timed("sign-in", async () => {
      const answer = await send(
        product.controlUrl,
        "POST",
        "/signin",
        {
          host: new URL(product.controlUrl).host,
          "content-type": "application/json",
          "content-length": String(Buffer.byteLength(body)),
        },
        body,
      );
      if (answer.status >= 500) throw new Error(String(answer.status));
      return answer;
    });
    // Attempts that a fault cut off count as failures, and make the next ones wait.
    if (status !== 401) expectStatus("sign-in", status, 200);
  };
  const assumeRole = async () => {
    const { role: RoleArn } = tenant;
    const { Credentials } = await timed("AssumeRole", () =>
      caller.send(new sts.AssumeRoleCommand({ RoleArn, RoleSessionName: "soak" })),
    );
    expectStatus("session", await decide("session decision", credentialsOf(Credentials)), 200);
  };
  const federate = async () => {
    const WebIdentityToken = await traffic.issueToken();
    const { Credentials } = await timed("federation", () =>
      caller.send(
        new sts.AssumeRoleWithWebIdentityCommand({
          RoleArn: tenant.federatedRole,
          RoleSessionName: "soak",
          WebIdentityToken,
        }),
      ),
    );
    expectStatus("federated", await decide("session decision", credentialsOf(Credentials)), 200);
  };

  for (let round = 0; performance.now() < traffic.until; round++) {
    const steps = [
      decideOwn,
      change,
      decideOwn,
      () => createUser(round),
      ...(round % 5 === 0 ? [signIn] : []),
      assumeRole,
      federate,
    ];
    for (const step of steps) {
      try {
        await step();
      } catch (error) {
        if (!(error instanceof Unknown)) throw error;
      }
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MILLISECONDS));
    }
  }
  await check();
  admin.destroy();
  caller.destroy();

  async function check(): Promise<void> {
    const names = new Set<string>();
    const pages = iam.paginateListUsers({ client: admin }, { MaxItems: 1000 });
    for await (const { Users = [] } of pages)
      for (const { UserName = "" } of Users) names.add(UserName);
    for (const name of kept)
      if (!names.has(name) && !gone.has(name))
        record.violations.push(`${tenant.account}: ${name} was created and is lost`);
    for (const name of gone)
      if (names.has(name))
        record.violations.push(`${tenant.account}: ${name} was deleted and is there`);
  }
}
