import {
  DeleteLoginProfileCommand,
  DeleteUserCommand,
  DeleteUserPolicyCommand,
  PutUserPolicyCommand,
  UpdateLoginProfileCommand,
} from "@aws-sdk/client-iam";
import { CloseAccountCommand } from "@aws-sdk/client-organizations";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import type { TestInstallation } from "../../support/harness.ts";
import { credentialsIn } from "../../support/login-client.ts";
import { allow, deny } from "../../support/people.ts";
import { PASSWORD, passwordUser, signIn } from "../../support/sign-in.ts";
import { stopFaultless } from "../../support/stop-faultless.ts";
import { openOrganization } from "../../support/tenant.ts";
import { expectRefused, logins, startWithAlice, travel } from "./login.ts";

let installation: TestInstallation;
beforeAll(async () => {
  installation = await startWithAlice();
});
afterAll(() => stopFaultless(installation));
afterEach(() => vi.useRealTimers());

const { asked, client, loggedIn } = logins(() => installation);

describe("a login ends", () => {
  it("with a change of the password, even to the same one", async () => {
    await passwordUser(installation, "bob");
    const { application, first } = await loggedIn("bob");
    await installation.iam.send(
      new UpdateLoginProfileCommand({ UserName: "bob", Password: "another good pAssword 2!" }),
    );
    expectRefused(await application.refresh(first.body.refreshToken), "USER_CREDENTIALS_CHANGED");
    await installation.iam.send(
      new UpdateLoginProfileCommand({ UserName: "bob", Password: "a good pAssword 1!" }),
    );
    expectRefused(await application.refresh(first.body.refreshToken), "USER_CREDENTIALS_CHANGED");
  });

  it("between the grant and its exchange, too", async () => {
    await passwordUser(installation, "carl");
    const { application, code } = await asked("carl");
    await installation.iam.send(
      new UpdateLoginProfileCommand({ UserName: "carl", Password: "another good pAssword 2!" }),
    );
    expectRefused(await application.redeem(code), "USER_CREDENTIALS_CHANGED");
  });

  it("when a password change is demanded, and with the password", async () => {
    await passwordUser(installation, "dora");
    const { application, first } = await loggedIn("dora");
    await installation.iam.send(
      new UpdateLoginProfileCommand({ UserName: "dora", PasswordResetRequired: true }),
    );
    expectRefused(await application.refresh(first.body.refreshToken), "USER_CREDENTIALS_CHANGED");
    await installation.iam.send(new DeleteLoginProfileCommand({ UserName: "dora" }));
    expectRefused(await application.refresh(first.body.refreshToken), "USER_CREDENTIALS_CHANGED");
  });

  it("with its user, whom nobody of the same name replaces", async () => {
    await passwordUser(installation, "emil");
    const { application, first } = await loggedIn("emil");
    await installation.iam.send(new DeleteLoginProfileCommand({ UserName: "emil" }));
    await installation.iam.send(
      new DeleteUserPolicyCommand({ UserName: "emil", PolicyName: "own" }),
    );
    await installation.iam.send(new DeleteUserCommand({ UserName: "emil" }));
    expectRefused(await application.refresh(first.body.refreshToken), "USER_CREDENTIALS_CHANGED");
    await passwordUser(installation, "emil");
    expectRefused(await application.refresh(first.body.refreshToken), "USER_CREDENTIALS_CHANGED");
    const answer = await installation.call(credentialsIn(first), "GET", "/orders");
    expect(answer.status).toBe(401);
  });

  it("with its account", async () => {
    const organization = await openOrganization(installation);
    const tenant = await organization.open("tenant");
    const iam = installation.iamAs(tenant.admin);
    await passwordUser({ ...installation, iam }, "tina", allow("orders:*"));
    const application = await client();
    const credentials = await signIn(installation, {
      account: tenant.id,
      userName: "tina",
      password: PASSWORD,
    });
    const location = await application.authorize(credentials);
    const first = await application.redeem(location.searchParams.get("code") ?? "");
    expect((await application.refresh(first.body.refreshToken)).status).toBe(200);
    await installation.organizations.send(new CloseAccountCommand({ AccountId: tenant.id }));
    expectRefused(await application.refresh(first.body.refreshToken), "USER_CREDENTIALS_CHANGED");
  });

  it("for what a policy denies to sessions of before", async () => {
    await passwordUser(installation, "fred", allow("orders:*"));
    const { application, first } = await loggedIn("fred");
    expect((await installation.call(credentialsIn(first), "GET", "/orders")).status).toBe(200);
    travel(5_000);
    await installation.iam.send(
      new PutUserPolicyCommand({
        UserName: "fred",
        PolicyName: "revoke",
        PolicyDocument: JSON.stringify({
          Version: "2012-10-17",
          Statement: {
            ...deny("*"),
            Condition: { DateLessThan: { "aws:TokenIssueTime": new Date().toISOString() } },
          },
        }),
      }),
    );
    travel(60_000);
    const second = await application.refresh(first.body.refreshToken);
    expect(second.status).toBe(200);
    expect((await installation.call(credentialsIn(second), "GET", "/orders")).status).toBe(403);
  });
});
