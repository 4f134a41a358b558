import { randomInt } from "node:crypto";
import * as iam from "@aws-sdk/client-iam";
import * as sts from "@aws-sdk/client-sts";
import { call, credentialsOf, type TestCredentials } from "../support/harness.ts";
import { consoleSteps } from "./console-steps.ts";
import { ALLOW, PASSWORD } from "./set-up.ts";
import { signInOf } from "./sign-in.ts";
import type { TenantRun } from "./tenant-run.ts";

export type Step = () => Promise<unknown>;

/** One user of four is kept. */
const KEPT = 4;
/** Bounds what the worker creates: an account holds at most 5,000 users. */
const MOST_KEPT_USERS = 2_000;

/** The calls of one account, in rounds. */
export function stepsOf(run: TenantRun): { round(number: number): Step[]; close(): void } {
  const { tenant, ledger, timed } = run;
  const { product, issueToken } = run.traffic;
  const options = { endpoint: product.controlUrl, region: "us-east-1", maxAttempts: 1 };
  const admin = new iam.IAMClient({ ...options, credentials: tenant.admin });
  const caller = new sts.STSClient({ ...options, credentials: tenant.caller });
  const browser = consoleSteps(run);
  /** Whether the caller's policy allows. Undefined after a change whose outcome is unknown. */
  let allowed: boolean | undefined = true;

  /** Makes a change, and notes that its answer promises an event. */
  const changed = async <T extends iam.ServiceOutputTypes>(
    kind: string,
    event: string,
    work: () => Promise<T>,
  ): Promise<T> => {
    const output = await timed(kind, work);
    ledger.changes.set(output.$metadata.requestId ?? "", event);
    return output;
  };
  const decide = async (
    kind: string,
    credentials: TestCredentials,
    expected: number | undefined,
  ): Promise<void> => {
    const { status } = await timed(kind, async () => {
      const answer = await call(product.apiUrl, credentials, "GET", "/orders");
      if (answer.status >= 500) throw new Error(String(answer.status));
      return answer;
    });
    if (expected !== undefined && status !== expected)
      run.violation(`${kind}: ${status} and not ${expected}`);
  };

  const changePolicy = async () => {
    const policy = { UserName: "caller", PolicyName: "orders" };
    const next = allowed !== true;
    allowed = undefined;
    // A delete whose answer was lost may have been made: put first, so that it is there.
    await changed("change", "PutUserPolicy", () =>
      admin.send(new iam.PutUserPolicyCommand({ ...policy, PolicyDocument: ALLOW })),
    );
    if (!next)
      await changed("change", "DeleteUserPolicy", () =>
        admin.send(new iam.DeleteUserPolicyCommand(policy)),
      );
    allowed = next;
  };
  const decideOwn = () =>
    decide("decision", tenant.caller, allowed === undefined ? undefined : allowed ? 200 : 403);
  const createUser = async (UserName: string) => {
    ledger.users.set(UserName, "unknown");
    await changed("create", "CreateUser", () =>
      admin.send(new iam.CreateUserCommand({ UserName })),
    );
    ledger.users.set(UserName, "there");
  };
  const deleteUser = async (UserName: string) => {
    ledger.users.set(UserName, "unknown");
    await changed("delete", "DeleteUser", () =>
      admin.send(new iam.DeleteUserCommand({ UserName })),
    );
    ledger.users.set(UserName, "gone");
  };
  /** A key that works until it is deleted, and never after. */
  const useKey = async (UserName: string) => {
    const { AccessKey } = await changed("create key", "CreateAccessKey", () =>
      admin.send(new iam.CreateAccessKeyCommand({ UserName })),
    );
    const credentials = credentialsOf(AccessKey);
    await decide("decision without permission", credentials, 403);
    const { accessKeyId: AccessKeyId } = credentials;
    await changed("delete key", "DeleteAccessKey", () =>
      admin.send(new iam.DeleteAccessKeyCommand({ UserName, AccessKeyId })),
    );
    await decide("decision of a deleted key", credentials, 401);
  };
  const users = async (number: number) => {
    const UserName = `user-${number}`;
    const isKept = number % KEPT === 0;
    if (isKept && number / KEPT > MOST_KEPT_USERS) return;
    await createUser(UserName);
    if (number % KEPT === 1) await useKey(UserName);
    if (!isKept) await deleteUser(UserName);
  };
  const assumeRole = async () => {
    const { Credentials } = await timed("AssumeRole", () =>
      caller.send(
        new sts.AssumeRoleCommand({
          RoleArn: tenant.role,
          RoleSessionName: `soak-${randomInt(9)}`,
        }),
      ),
    );
    await decide("decision of a session", credentialsOf(Credentials), 200);
  };
  const federate = async () => {
    const WebIdentityToken = await issueToken();
    const { Credentials } = await timed("federation", () =>
      caller.send(
        new sts.AssumeRoleWithWebIdentityCommand({
          RoleArn: tenant.federatedRole,
          RoleSessionName: "soak",
          WebIdentityToken,
        }),
      ),
    );
    await decide("decision of a federated session", credentialsOf(Credentials), 200);
  };

  return {
    round: (number) => [
      decideOwn,
      changePolicy,
      decideOwn,
      () => users(number),
      ...(number % 5 === 0 ? [() => signInOf(run, "caller", PASSWORD)] : []),
      assumeRole,
      federate,
      ...(number % 4 === 2 ? browser.steps : []),
    ],
    close() {
      admin.destroy();
      caller.destroy();
      browser.close();
    },
  };
}
