import { IAMClient, UpdateAccountPasswordPolicyCommand } from "@aws-sdk/client-iam";
import {
  CloseAccountCommand,
  CreateOrganizationCommand,
  OrganizationsClient,
} from "@aws-sdk/client-organizations";
import { GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import { rootKey } from "@portcullis/iam/record/root";
import { signInAttemptsKey } from "@portcullis/iam/record/sign-in-attempts";
import { openRootRecovery } from "@portcullis/iam/root-recovery";
import { unitOfWork } from "@portcullis/iam/unit-of-work";
import { beforeAll, describe, expect, it } from "vitest";
import { enableDevice } from "../../support/mfa-code.ts";
import { openMember } from "../../support/root-access.ts";
import { ACCOUNT, credentialsOf, stsInstallation } from "../../support/sts-installation.ts";

const here = stsInstallation();
let member: string;
beforeAll(async () => {
  const organizations = organizationsOf();
  await organizations.send(new CreateOrganizationCommand({ FeatureSet: "ALL" }));
  member = await openMember(organizations, "tenant");
});
const organizationsOf = () =>
  new OrganizationsClient({ endpoint: here.url(), region: "us-east-1", credentials: here.root() });

const EMAIL = "root@tenant.example";
const REFUSED = `{"message":"Your authentication information is incorrect. Please try again."}`;
const NEW = "a new Password 1!";
const openCode = (account = member, now = new Date()) =>
  openRootRecovery({ store: here.store(), now }, account);

async function post(members: object) {
  const response = await fetch(`${here.url()}/signin`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(members),
  });
  const text = await response.text();
  return { status: response.status, text, body: JSON.parse(text) };
}

const recover = (recoveryCode: string, more: object = {}) =>
  post({ account: member, email: EMAIL, recoveryCode, newPassword: NEW, ...more });

describe("recovering a root user's password", () => {
  it("takes the operator's code once, and signs in", async () => {
    const { code, email, expiresAt } = await openCode();
    expect(code).toMatch(/^([A-HJ-NP-Z2-9]{5}-){5}[A-HJ-NP-Z2-9]{5}$/);
    expect(email).toBe(EMAIL);
    expect(Math.round((expiresAt.getTime() - Date.now()) / 60_000)).toBe(24 * 60);
    const stored = JSON.stringify(await unitOfWork(here.store()).get(rootKey(member)));
    expect(stored).not.toContain(code);

    const { status, body } = await recover(code);
    expect([status, body.passwordResetRequired]).toEqual([200, false]);
    const session = credentialsOf(body.credentials);
    expect(await here.sts(session).send(new GetCallerIdentityCommand({}))).toMatchObject({
      Arn: `arn:aws:iam::${member}:root`,
    });
    expect((await post({ account: member, email: EMAIL, password: NEW })).status).toBe(200);
    expect((await recover(code, { newPassword: "another Password 2!" })).status).toBe(401);
    expect((await post({ account: member, email: EMAIL, password: NEW })).status).toBe(200);
    expect(JSON.stringify(here.logged)).not.toContain(code);
    expect(JSON.stringify(here.logged)).not.toContain(NEW);
  });

  it("answers every failure alike, and keeps the code", async () => {
    const { code } = await openCode();
    const { code: old } = await openCode(ACCOUNT, new Date(Date.now() - 86_400_000));
    const wrong = `${code.slice(0, -1)}${code.endsWith("A") ? "B" : "A"}`;
    const answers = [
      await recover(wrong),
      await recover(code, { email: "else@tenant.example" }),
      await recover(code, { account: "no-such-alias" }),
      await recover(code, { account: "999999999999" }),
      await recover(code, { account: ACCOUNT, email: "root@localhost" }),
      await recover(old, { account: ACCOUNT, email: "root@localhost" }),
      await recover("x"),
      await post({ account: member, email: EMAIL, password: "wrong" }),
    ];
    expect(answers.map(({ status, text }) => [status, text])).toEqual(
      answers.map(() => [401, REFUSED]),
    );
    // However its reader types it.
    expect((await recover(` ${code.toLowerCase()} `)).status).toBe(200);
  });

  it("is void once another code is made", async () => {
    const { code: first } = await openCode();
    const { code: second } = await openCode();
    expect((await recover(first)).status).toBe(401);
    expect((await recover(second)).status).toBe(200);
  });

  it("of two at once, one is answered", async () => {
    const { code } = await openCode();
    const both = await Promise.all([
      recover(code, { newPassword: `${NEW} one` }),
      recover(code, { newPassword: `${NEW} two` }),
    ]);
    expect(both.map(({ status }) => status).sort()).toEqual([200, 401]);
  });

  it("refuses a weak password, whether or not the code is right", async () => {
    const { code } = await openCode();
    const answers = [
      await recover(code, { newPassword: "short" }),
      await recover("x", { newPassword: "short" }),
      await recover("x", { account: "no-such-alias", newPassword: "short" }),
    ];
    expect(answers.map(({ status, text }) => [status, text])).toEqual(
      answers.map(() => [400, `{"message":"Password should have a minimum length of 8"}`]),
    );
    expect((await recover(code)).status).toBe(200);
  });

  it("is slowed down with the passwords of the same root user", async () => {
    const account = await openMember(organizationsOf(), "guessed");
    const email = "root@guessed.example";
    const attempt = (index: number) =>
      index % 2 === 0
        ? recover("x", { account, email })
        : post({ account, email, password: "wrong" });
    for (let index = 0; index < 4; index++) expect((await attempt(index)).status).toBe(401);
    const key = signInAttemptsKey(ACCOUNT, `asked ${account}`, `root/${email}`, "127.0.0.1");
    const attempts = await unitOfWork(here.store()).get(key);
    expect(attempts?.failures).toBe(4);

    const unit = unitOfWork(here.store());
    unit.put(key, { failures: 12, failedAt: Date.now() }, { expect: "any" });
    await unit.commit();
    const { code } = await openCode(account);
    const early = await recover(code, { account, email });
    expect([early.status, early.text]).toEqual([401, REFUSED]);
    const later = unitOfWork(here.store());
    later.put(key, { failures: 12, failedAt: Date.now() - 300_000 }, { expect: "any" });
    await later.commit();
    expect((await recover(code, { account, email })).status).toBe(200);
    expect(await unitOfWork(here.store()).get(key)).toBeUndefined();
  });

  it("asks for the MFA code of a root user that has a device", async () => {
    const account = await openMember(organizationsOf(), "guarded");
    const email = "root@guarded.example";
    const first = await openCode(account);
    const { body } = await recover(first.code, { account, email });
    const iam = new IAMClient({
      endpoint: here.url(),
      region: "us-east-1",
      credentials: credentialsOf(body.credentials),
    });
    const device = await enableDevice(iam, "device", "root");
    const { code } = await openCode(account);
    const without = await recover(code, { account, email });
    expect([without.status, without.body.mfaRequired]).toEqual([401, true]);
    const wrong = await recover(code, { account, email, mfaCode: device.wrongCode() });
    expect([wrong.status, wrong.body.mfaRequired]).toEqual([401, undefined]);
    const right = await recover(code, { account, email, mfaCode: device.code() });
    expect(right.status).toBe(200);
  });

  it("takes its members together, and no others", async () => {
    const whole = { account: member, email: EMAIL, recoveryCode: "x", newPassword: NEW };
    for (const members of [
      { ...whole, email: undefined },
      { ...whole, newPassword: undefined },
      { ...whole, recoveryCode: undefined },
      { ...whole, password: "some password" },
      { ...whole, userName: "ada" },
      { ...whole, recoveryCode: 1 },
      { ...whole, newPassword: "x".repeat(129) },
    ])
      expect((await post(members)).status, JSON.stringify(members)).toBe(400);
  });

  it("is not for an account that is closed or is not there", async () => {
    const closed = await openMember(organizationsOf(), "closed");
    const { code } = await openCode(closed);
    await organizationsOf().send(new CloseAccountCommand({ AccountId: closed }));
    const late = await recover(code, { account: closed, email: "root@closed.example" });
    expect(late.status).toBe(401);
    await expect(openCode(closed)).rejects.toThrow(/is closed/);
    await expect(openCode("999999999999")).rejects.toThrow(/is not in this installation/);
  });

  it("goes by AWS's default rules, not by the account's for its users", async () => {
    await here.iam().send(new UpdateAccountPasswordPolicyCommand({ MinimumPasswordLength: 100 }));
    const { code } = await openCode(ACCOUNT);
    const answer = await recover(code, { account: ACCOUNT, email: "root@localhost" });
    expect(answer.status).toBe(200);
  });
});
