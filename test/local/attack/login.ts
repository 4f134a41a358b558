import { expect, vi } from "vitest";
import { startInstallation, type TestInstallation } from "../../support/harness.ts";
import {
  createLoginClient,
  type LoginClient,
  type TokenResponse,
} from "../../support/login-client.ts";
import { allow } from "../../support/people.ts";
import { passwordUser, signInAs } from "../../support/sign-in.ts";

/** An installation with alice, who has a password and may list orders. */
export async function startWithAlice(): Promise<TestInstallation> {
  const installation = await startInstallation();
  await passwordUser(installation, "alice", allow("orders:ListOrders"));
  return installation;
}

/** What the attacks on logins do in an installation, which is started before them. */
export function logins(here: () => TestInstallation) {
  const client = () => createLoginClient(here().local.controlUrl);

  /** An application, and the code that alice's browser brings it. */
  async function asked(userName = "alice"): Promise<{ application: LoginClient; code: string }> {
    const application = await client();
    const location = await application.authorize(await signInAs(here(), userName));
    return { application, code: location.searchParams.get("code") ?? "" };
  }

  async function loggedIn(userName = "alice") {
    const { application, code } = await asked(userName);
    const first = await application.redeem(code);
    expect(first.status).toBe(200);
    return { application, code, first };
  }

  const lastReason = () => here().decisions.at(-1)?.reason;
  return { client, asked, loggedIn, lastReason };
}

/** Lets the clock be later by so many milliseconds; `vi.useRealTimers` takes it back. */
export const travel = (milliseconds: number) =>
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + milliseconds });

/** AWS's, by its model of the service `signin`. */
const STATUS: Readonly<Record<string, number>> = {
  AUTHCODE_EXPIRED: 401,
  INVALID_REQUEST: 400,
  TOKEN_EXPIRED: 401,
  USER_CREDENTIALS_CHANGED: 403,
};

export function expectRefused(answer: TokenResponse, error = "INVALID_REQUEST"): void {
  expect(answer.status).toBe(STATUS[error]);
  expect(answer.headers.get("x-amzn-errortype")).toBe(
    error === "INVALID_REQUEST" ? "ValidationException" : "AccessDeniedException",
  );
  expect(answer.body.error).toBe(error);
  expect(Object.keys(answer.body)).toEqual(["error", "message"]);
}
