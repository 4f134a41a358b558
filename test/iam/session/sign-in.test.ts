import {
  AddUserToGroupCommand,
  ChangePasswordCommand,
  CreateAccountAliasCommand,
  CreateGroupCommand,
  CreateLoginProfileCommand,
  DeleteAccessKeyCommand,
  DeleteLoginProfileCommand,
  DeleteUserCommand,
  GenerateCredentialReportCommand,
  GetCredentialReportCommand,
  GetGroupCommand,
  GetUserCommand,
  ListAccessKeysCommand,
  ListUsersCommand,
  RemoveUserFromGroupCommand,
  UpdateAccountPasswordPolicyCommand,
  UpdateUserCommand,
} from "@aws-sdk/client-iam";
import {
  AssumeRoleCommand,
  GetCallerIdentityCommand,
  GetSessionTokenCommand,
} from "@aws-sdk/client-sts";
import { signInAttemptsKey } from "@portcullis/iam/record/sign-in-attempts";
import { DEFAULT_MEMBER_RATE, DEFAULT_QUOTAS } from "@portcullis/iam/settings";
import { signIn as judgeSignIn } from "@portcullis/iam/sign-in";
import { countAttempt } from "@portcullis/iam/sign-in-attempts";
import type { Store } from "@portcullis/iam/store";
import { describe, expect, it } from "vitest";
import { memoryKeyRing } from "../../support/memory-key-ring.ts";
import { enableDevice } from "../../support/mfa-code.ts";
import {
  ACCOUNT,
  allow,
  credentialsOf,
  refusal,
  rootOf,
  stsInstallation,
  trust,
} from "../../support/sts-installation.ts";

const here = stsInstallation();
const PASSWORD = "Tr0ub4dor&3";
const ROOT_PASSWORD = "correct horse battery";

interface Answer {
  readonly status: number;
  readonly text: string;
  readonly body: {
    message?: string;
    mfaRequired?: boolean;
    passwordResetRequired?: boolean;
    credentials?: Parameters<typeof credentialsOf>[0] & { Expiration: string };
  };
  readonly retryAfter: string | null;
  readonly milliseconds: number;
}

async function post(body: unknown, init: RequestInit = {}): Promise<Answer> {
  const started = performance.now();
  const response = await fetch(`${here.url()}/signin`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: typeof body === "string" ? body : JSON.stringify(body),
    ...init,
  });
  const text = await response.text();
  return {
    status: response.status,
    text,
    body: JSON.parse(text),
    retryAfter: response.headers.get("retry-after"),
    milliseconds: performance.now() - started,
  };
}
const signIn = (userName: string, rest: object = {}) =>
  post({ account: ACCOUNT, userName, password: PASSWORD, ...rest });
const userWithPassword = async (name: string, document?: object, PasswordResetRequired = false) => {
  await here.user(name, document);
  await here
    .iam()
    .send(
      new CreateLoginProfileCommand({ UserName: name, Password: PASSWORD, PasswordResetRequired }),
    );
};
const REFUSED = '{"message":"Your authentication information is incorrect. Please try again."}';

describe("signing in", () => {
  it("a user by account id or alias, with credentials that can what the user can", async () => {
    await userWithPassword("ada", allow(["iam:GetUser", "sts:AssumeRole"]));
    await here.iam().send(new CreateAccountAliasCommand({ AccountAlias: "acme" }));
    for (const account of [ACCOUNT, "acme"]) {
      const { status, body } = await signIn("ada", { account });
      expect(status).toBe(200);
      expect(body.passwordResetRequired).toBe(false);
      expect(Date.parse(body.credentials?.Expiration ?? "")).toBeGreaterThan(Date.now() + 3600_000);
      const session = credentialsOf(body.credentials);
      expect(await here.sts(session).send(new GetCallerIdentityCommand({}))).toMatchObject({
        Arn: `arn:aws:iam::${ACCOUNT}:user/ada`,
      });
      await here.iam(session).send(new GetUserCommand({}));
      expect((await refusal(here.iam(session).send(new ListUsersCommand({})))).code).toBe(
        "AccessDenied",
      );
      const role = await here.role(`for-ada-${account}`, trust(rootOf(ACCOUNT)));
      await here.sts(session).send(new AssumeRoleCommand({ RoleArn: role, RoleSessionName: "s1" }));
      expect((await refusal(here.sts(session).send(new GetSessionTokenCommand({})))).code).toBe(
        "AccessDenied",
      );
    }
  });

  it("is noted as the password's last use, and shown wherever the user is", async () => {
    await userWithPassword("lena");
    const iam = here.iam();
    await iam.send(new CreateGroupCommand({ GroupName: "lenas" }));
    await iam.send(new AddUserToGroupCommand({ GroupName: "lenas", UserName: "lena" }));
    const shown = async (UserName = "lena") => [
      (await iam.send(new GetUserCommand({ UserName }))).User?.PasswordLastUsed,
      (await iam.send(new ListUsersCommand({}))).Users?.find((user) => user.UserName === UserName)
        ?.PasswordLastUsed,
      (await iam.send(new GetGroupCommand({ GroupName: "lenas" }))).Users?.[0]?.PasswordLastUsed,
    ];
    expect((await signIn("lena", { password: "wrong" })).status).toBe(401);
    expect(await shown()).toEqual([undefined, undefined, undefined]);
    const before = Math.floor(Date.now() / 1000) * 1000;
    expect((await signIn("lena")).status).toBe(200);
    for (const at of await shown()) {
      expect(at?.getTime()).toBeGreaterThanOrEqual(before);
      expect(at?.getTime()).toBeLessThanOrEqual(Date.now());
    }
    await iam.send(new UpdateUserCommand({ UserName: "lena", NewUserName: "helena" }));
    expect((await shown("helena"))[0]?.getTime()).toBeGreaterThanOrEqual(before);
    await post({ account: ACCOUNT, email: "root@localhost", password: ROOT_PASSWORD });
    const { User: root } = await iam.send(new GetUserCommand({}));
    expect(root?.PasswordLastUsed?.getTime()).toBeGreaterThanOrEqual(before);
    await iam.send(new GenerateCredentialReportCommand({}));
    const { Content } = await iam.send(new GetCredentialReportCommand({}));
    const lines = Buffer.from(Content ?? [])
      .toString("utf8")
      .split("\n");
    for (const name of ["helena", "<root_account>"]) {
      const cells = lines.find((line) => line.startsWith(`${name},`))?.split(",") ?? [];
      expect(Date.parse(cells[4] ?? "")).toBeGreaterThanOrEqual(before);
    }
    // Who takes the name later has never signed in.
    await iam.send(new RemoveUserFromGroupCommand({ GroupName: "lenas", UserName: "helena" }));
    await iam.send(new DeleteLoginProfileCommand({ UserName: "helena" }));
    const { AccessKeyMetadata: [key] = [] } = await iam.send(
      new ListAccessKeysCommand({ UserName: "helena" }),
    );
    const AccessKeyId = key?.AccessKeyId;
    await iam.send(new DeleteAccessKeyCommand({ UserName: "helena", AccessKeyId }));
    const id = (await iam.send(new GetUserCommand({ UserName: "helena" }))).User?.UserId;
    await iam.send(new DeleteUserCommand({ UserName: "helena" }));
    expect((await here.contents()).filter((item) => item.includes(`password-use/${id}`))).toEqual(
      [],
    );
  });

  it("the root user by e-mail, for whom no user name will do", async () => {
    const { status, body } = await post({
      account: ACCOUNT,
      email: "Root@localhost",
      password: ROOT_PASSWORD,
    });
    expect(status).toBe(200);
    expect(
      await here.sts(credentialsOf(body.credentials)).send(new GetCallerIdentityCommand({})),
    ).toMatchObject({ Arn: `arn:aws:iam::${ACCOUNT}:root` });
    expect(
      (await post({ account: ACCOUNT, userName: "root@localhost", password: ROOT_PASSWORD })).text,
    ).toBe(REFUSED);
    expect(
      (await post({ account: ACCOUNT, email: "other@localhost", password: ROOT_PASSWORD })).text,
    ).toBe(REFUSED);
  });

  it("every refusal has the same answer in the same time, whether or not the user exists", async () => {
    await userWithPassword("bea");
    await here.user("no-password");
    const wrong: Record<string, object> = {
      password: { account: ACCOUNT, userName: "bea", password: "wrong" },
      user: { account: ACCOUNT, userName: "nobody", password: PASSWORD },
      "user without a password": { account: ACCOUNT, userName: "no-password", password: PASSWORD },
      account: { account: "200000000000", userName: "bea", password: PASSWORD },
      alias: { account: "no-such-alias", userName: "bea", password: PASSWORD },
      prototype: { account: ACCOUNT, userName: "__proto__", password: PASSWORD },
      email: { account: ACCOUNT, email: "nobody@localhost", password: ROOT_PASSWORD },
    };
    // Who did not hash takes a small fraction of the others' time in every round; a busy machine
    // delays only some rounds.
    const fastest = new Map<string, number>();
    const alike = () => Math.min(...fastest.values()) > Math.max(...fastest.values()) / 3;
    for (let round = 0; round < 10 && (round === 0 || !alike()); round++)
      for (const [what, body] of Object.entries(wrong)) {
        const answer = await post(body);
        expect([answer.status, answer.text], what).toEqual([401, REFUSED]);
        fastest.set(what, Math.min(answer.milliseconds, fastest.get(what) ?? Infinity));
      }
    expect(alike(), JSON.stringify([...fastest])).toBe(true);
  });

  it("with an MFA device a right password needs a code, which is good once", async () => {
    await userWithPassword(
      "cora",
      allow("iam:GetUser", "*", { Bool: { "aws:MultiFactorAuthPresent": "true" } }),
    );
    const device = await enableDevice(here.iam(), "cora", "cora");
    const without = await signIn("cora");
    expect([without.status, without.body.mfaRequired, without.body.credentials]).toEqual([
      401,
      true,
      undefined,
    ]);
    expect((await signIn("cora", { password: "wrong" })).text).toBe(REFUSED);
    expect((await signIn("cora", { mfaCode: device.wrongCode() })).text).toBe(REFUSED);
    const mfaCode = device.code();
    const both = await Promise.all([signIn("cora", { mfaCode }), signIn("cora", { mfaCode })]);
    expect(both.map(({ status }) => status).sort()).toEqual([200, 401]);
    const session = credentialsOf(both.find(({ status }) => status === 200)?.body.credentials);
    await here.iam(session).send(new GetUserCommand({}));
  });

  it("a password that must be changed gives credentials for that alone", async () => {
    await userWithPassword("dina", allow("*"), true);
    const first = await signIn("dina");
    expect([first.status, first.body.passwordResetRequired]).toEqual([200, true]);
    const session = credentialsOf(first.body.credentials);
    for (const call of [
      () => here.iam(session).send(new ListUsersCommand({})),
      () =>
        here.sts(session).send(
          new AssumeRoleCommand({
            RoleArn: `arn:aws:iam::${ACCOUNT}:role/x`,
            RoleSessionName: "s1",
          }),
        ),
    ]) {
      expect((await refusal(call())).code).toBe("AccessDenied");
    }
    await here
      .iam(session)
      .send(new ChangePasswordCommand({ OldPassword: PASSWORD, NewPassword: `${PASSWORD}-new` }));
    expect((await signIn("dina")).text).toBe(REFUSED);
    const second = await signIn("dina", { password: `${PASSWORD}-new` });
    expect([second.status, second.body.passwordResetRequired]).toEqual([200, false]);
    await here.iam(credentialsOf(second.body.credentials)).send(new ListUsersCommand({}));
  });

  it("its sessions end with the user, and a re-created user does not have them", async () => {
    await userWithPassword("else");
    const { body } = await signIn("else");
    const session = credentialsOf(body.credentials);
    await here.sts(session).send(new GetCallerIdentityCommand({}));
    const { accessKeys } = await keysOf("else");
    const { DeleteAccessKeyCommand, DeleteUserPolicyCommand, ListUserPoliciesCommand } =
      await import("@aws-sdk/client-iam");
    for (const AccessKeyId of accessKeys)
      await here.iam().send(new DeleteAccessKeyCommand({ UserName: "else", AccessKeyId }));
    const { PolicyNames } = await here
      .iam()
      .send(new ListUserPoliciesCommand({ UserName: "else" }));
    for (const PolicyName of PolicyNames ?? [])
      await here.iam().send(new DeleteUserPolicyCommand({ UserName: "else", PolicyName }));
    await here.iam().send(new DeleteLoginProfileCommand({ UserName: "else" }));
    await here.iam().send(new DeleteUserCommand({ UserName: "else" }));
    expect((await refusal(here.sts(session).send(new GetCallerIdentityCommand({})))).code).toBe(
      "InvalidClientTokenId",
    );
    await userWithPassword("else");
    expect((await refusal(here.sts(session).send(new GetCallerIdentityCommand({})))).code).toBe(
      "InvalidClientTokenId",
    );
  });

  it("refuses what is no request, and logs nothing secret", async () => {
    const bad = [
      "",
      "{",
      "[]",
      "null",
      "{}",
      JSON.stringify({ account: ACCOUNT, userName: "ada" }),
      JSON.stringify({ account: ACCOUNT, userName: "ada", email: "a@b", password: "x" }),
      JSON.stringify({ account: ACCOUNT, userName: {}, password: "x" }),
      JSON.stringify({ account: ACCOUNT, userName: "ada", password: "x".repeat(129) }),
    ];
    for (const body of bad) expect((await post(body)).status, body).toBe(400);
    expect((await fetch(`${here.url()}/signin`)).status).toBe(405);
    await signIn("ada");
    const lines = JSON.stringify(here.logged);
    expect(lines).toContain('"action":"signin"');
    for (const secret of [PASSWORD, ROOT_PASSWORD]) expect(lines).not.toContain(secret);
  });

  it("an expired password must be changed, or is good for nothing, as the account's policy says", async () => {
    await userWithPassword("gwen");
    const settings = {
      managementAccount: ACCOUNT,
      region: "us-east-1",
      issuer: here.url(),
      quotas: DEFAULT_QUOTAS,
      memberRate: DEFAULT_MEMBER_RATE,
    };
    const inDays = (days: number) =>
      judgeSignIn(
        {
          store: here.store(),
          sealer: memoryKeyRing(),
          settings,
          now: new Date(Date.now() + days * 86_400_000),
          sourceIp: "192.0.2.1",
        },
        { account: ACCOUNT, user: { kind: "user", name: "gwen" }, password: PASSWORD },
      );
    await here.iam().send(new UpdateAccountPasswordPolicyCommand({ MaxPasswordAge: 1 }));
    expect(await inDays(0)).toMatchObject({ outcome: "signedIn", passwordResetRequired: false });
    expect(await inDays(2)).toMatchObject({ outcome: "signedIn", passwordResetRequired: true });
    await here
      .iam()
      .send(new UpdateAccountPasswordPolicyCommand({ MaxPasswordAge: 1, HardExpiry: true }));
    expect(await inDays(2)).toMatchObject({ outcome: "refused", waitSeconds: 0 });
  });
});

describe("guessing", () => {
  it("is slowed for one user from one address only", async () => {
    await userWithPassword("hera");
    await userWithPassword("iris");
    for (let guess = 0; guess < 5; guess++)
      expect((await signIn("hera", { password: "wrong" })).retryAfter).toBeNull();
    const key = signInAttemptsKey(ACCOUNT, `asked ${ACCOUNT}`, "user/hera", "127.0.0.1");
    const [counted] = await here.store().get([key]);
    expect(counted?.data).toMatchObject({ failures: 5 });
    // As if seven more had waited their turn and failed.
    const data = { failures: 12, failedAt: Date.now() };
    await here.store().transact([{ kind: "put", key, data, expect: "present" }]);
    const right = await signIn("hera");
    expect([right.status, right.text]).toEqual([401, REFUSED]);
    expect(Number(right.retryAfter)).toBeGreaterThan(60);
    expect((await signIn("iris")).status).toBe(200);
  });

  it("gets no more attempts by the account's alias, and does not learn that it is one", async () => {
    await userWithPassword("juno");
    await here.iam().send(new CreateAccountAliasCommand({ AccountAlias: "olymp" }));
    const guess = (account: string, password = "wrong") => signIn("juno", { account, password });
    for (let count = 0; count < 5; count++) expect((await guess("olymp")).retryAfter).toBeNull();
    const untold = signInAttemptsKey(ACCOUNT, ACCOUNT, "user/juno", "127.0.0.1");
    expect((await here.store().get([untold]))[0]?.data).toMatchObject({ failures: 5 });
    const sinceFailing = (failedAt: number) =>
      here
        .store()
        .transact([
          { kind: "put", key: untold, data: { failures: 12, failedAt }, expect: "present" },
        ]);
    // As if seven more had waited their turn and failed: answered as a wrong password is, right as
    // it may be.
    await sinceFailing(Date.now());
    for (const account of [ACCOUNT, "olympus"]) {
      const right = await guess(account, PASSWORD);
      expect([right.status, right.text, right.retryAfter]).toEqual([401, REFUSED, null]);
    }
    await sinceFailing(Date.now() - 300_000);
    expect((await guess(ACCOUNT, PASSWORD)).status).toBe(200);
    expect(await here.store().get([untold])).toEqual([undefined]);
  });

  it("takes the same reads and writes whether or not an alias exists, after any number of attempts", async () => {
    await userWithPassword("kora");
    const counting = (seen: string[]): Store => ({
      ...here.store(),
      get: (keys) => {
        seen.push(`get ${keys.length}`);
        return here.store().get(keys);
      },
      transact: (writes) => {
        seen.push(`write ${writes.map(({ kind }) => kind)}`);
        return here.store().transact(writes);
      },
    });
    const now = new Date();
    const traffic = async (account: string, password = "wrong") => {
      const seen: string[] = [];
      const settings = {
        managementAccount: ACCOUNT,
        region: "us-east-1",
        issuer: "",
        quotas: DEFAULT_QUOTAS,
        memberRate: DEFAULT_MEMBER_RATE,
      };
      const context = {
        store: counting(seen),
        sealer: memoryKeyRing(),
        settings,
        now,
        sourceIp: "192.0.2.9",
      };
      const user = { kind: "user", name: "kora" } as const;
      const answer = await judgeSignIn(context, { account, user, password });
      // What is told of whom it is for goes to the log alone.
      const { account: _, principalArn: __, ...told } = answer;
      return JSON.stringify([told, ...seen]);
    };
    const known = await traffic("olymp");
    expect(await traffic("nobody-here")).toBe(known);
    for (let count = 0; count < 5; count++) await traffic(ACCOUNT);
    // blocked by what was guessed under the id
    expect(await traffic("olymp", PASSWORD)).toBe(known);
  });

  it("waits longer with each failure, forgets them after a success, and takes an IPv6 network for one address", async () => {
    const at = (seconds: number) => ({
      store: here.store(),
      managementAccount: ACCOUNT,
      now: new Date(1_800_000_000_000 + seconds * 1000),
    });
    const attempt = (address: string) => ({
      givenAccount: ACCOUNT,
      account: ACCOUNT,
      name: "user/guess",
      address,
    });
    for (let count = 0; count < 5; count++)
      expect((await countAttempt(at(0), attempt("2001:db8::1"))).wait).toBe(0);
    expect((await countAttempt(at(0), attempt("2001:0db8:0:0:ffff::2"))).wait).toBe(1);
    expect((await countAttempt(at(0), attempt("2001:db8:0:1::1"))).wait).toBe(0);
    expect((await countAttempt(at(1), attempt("2001:db8::1"))).wait).toBe(0);
    expect((await countAttempt(at(1), attempt("2001:db8::1"))).wait).toBe(2);
    const counted = await countAttempt(at(3), attempt("2001:db8::1"));
    if (!("succeeded" in counted)) throw new Error("still waiting");
    await counted.succeeded();
    for (let count = 0; count < 5; count++)
      expect((await countAttempt(at(3), attempt("2001:db8::1"))).wait).toBe(0);
    const many = await Promise.all(
      Array.from({ length: 12 }, () => countAttempt(at(0), attempt("192.0.2.7"))),
    );
    expect(many.filter(({ wait }) => wait === 0)).toHaveLength(5);
  });

  it("waits after fifty failures of one address, whichever users it tries", async () => {
    const scope = (seconds: number) => ({
      store: here.store(),
      managementAccount: ACCOUNT,
      now: new Date(1_800_000_000_000 + seconds * 1000),
    });
    const attempt = (name: string, address = "192.0.2.99") => ({
      givenAccount: ACCOUNT,
      account: ACCOUNT,
      name: `user/${name}`,
      address,
    });
    const own = await countAttempt(scope(0), attempt("own"));
    if (!("succeeded" in own)) throw new Error("still waiting");
    await own.succeeded();
    // The success took its own attempt back, and no other.
    for (let count = 0; count < 50; count++)
      expect((await countAttempt(scope(0), attempt(`sprayed-${count}`))).wait).toBe(0);
    expect((await countAttempt(scope(0), attempt("sprayed-50"))).wait).toBe(1);
    expect((await countAttempt(scope(0), attempt("sprayed-50", "192.0.2.98"))).wait).toBe(0);
    const late = await countAttempt(scope(1), attempt("own"));
    if (!("succeeded" in late)) throw new Error("still waiting");
    await late.succeeded();
    expect((await countAttempt(scope(2), attempt("sprayed-51"))).wait).toBe(0);
    expect((await countAttempt(scope(2), attempt("sprayed-52"))).wait).toBe(2);
  });
});

async function keysOf(name: string) {
  const { ListAccessKeysCommand } = await import("@aws-sdk/client-iam");
  const { AccessKeyMetadata } = await here
    .iam()
    .send(new ListAccessKeysCommand({ UserName: name }));
  return { accessKeys: (AccessKeyMetadata ?? []).map(({ AccessKeyId }) => AccessKeyId ?? "") };
}
