import { once } from "node:events";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { UpdateLoginProfileCommand } from "@aws-sdk/client-iam";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { fromIni } from "@aws-sdk/credential-provider-ini";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startInstallation, type TestInstallation } from "../support/harness.ts";
import { enableDevice } from "../support/mfa-code.ts";
import { allow } from "../support/people.ts";
import { PASSWORD, passwordUser, ROOT_EMAIL, ROOT_PASSWORD } from "../support/sign-in.ts";
import { portcullis as runCommand } from "./command.ts";
import { startCommand } from "./running-command.ts";

const MINUTE = 60_000;

let installation: TestInstallation;
beforeAll(async () => {
  installation = await startInstallation();
  await passwordUser(
    installation,
    "alice",
    allow("orders:ListOrders"),
    allow("iam:ChangePassword"),
  );
});
afterAll(() => installation.stop());

/** A home directory, and the command in it with lines for its questions. */
function home() {
  const directory = mkdtempSync(join(tmpdir(), "login-home-"));
  const config = join(directory, ".aws/config");
  const cache = join(directory, ".aws/login/cache");
  const portcullis = (args: readonly string[], answers: readonly string[] = []) =>
    runCommand(args, {
      home: directory,
      input: answers.map((answer) => `${answer}\n`).join(""),
    });
  const cached = () => {
    const [file = ""] = existsSync(cache) ? readdirSync(cache) : [];
    return join(cache, file);
  };
  return {
    directory,
    config,
    portcullis,
    cached,
    login: (profile = "dev", userName = "alice", answers: readonly string[] = [PASSWORD]) =>
      portcullis(
        [
          ...["login", "--no-browser", "--profile", profile],
          ...["--endpoint", installation.local.controlUrl],
          ...["--account", installation.account, "--user", userName],
        ],
        answers,
      ),
    /** As if the credentials ended then. */
    setExpiry(milliseconds: number) {
      const login = JSON.parse(readFileSync(cached(), "utf8"));
      login.accessToken.expiresAt = new Date(Date.now() + milliseconds).toISOString();
      writeFileSync(cached(), JSON.stringify(login));
      return login;
    },
    process: (profile = "dev") => portcullis(["login", "--process", "--profile", profile]),
  };
}

describe("portcullis login --no-browser", () => {
  it("asks for what it was not told, and writes a profile that SDKs use", async () => {
    const { directory, config, cached, portcullis } = home();
    const done = await portcullis(
      [
        ...["login", "--no-browser", "--endpoint", installation.local.controlUrl],
        ...["--profile", "dev", "--region", "eu-central-1"],
      ],
      [installation.account, "alice", PASSWORD],
    );
    expect(done.stderr).toBe("Account ID or alias: User name: Password: \n");
    expect(done.stdout).toMatch(
      /^You are logged in as arn:aws:iam::100000000000:user\/alice until \d{4}-\d\d-\d\dT/,
    );
    expect(done.code).toBe(0);
    const text = readFileSync(config, "utf8");
    expect(text).toContain("[profile dev]\nregion = eu-central-1\nservices = portcullis-dev\n");
    expect(text).toContain(`iam =\n  endpoint_url = ${installation.local.controlUrl}/iam\n`);
    expect(statSync(config).mode & 0o777).toBe(0o600);
    expect(statSync(cached()).mode & 0o777).toBe(0o600);
    for (const secret of [PASSWORD, "dpop", "BEGIN"]) expect(text).not.toContain(secret);

    // The SDK starts the command by `credential_process`.
    const before = { ...process.env };
    Object.assign(process.env, { HOME: directory, AWS_CONFIG_FILE: config, AWS_PROFILE: "dev" });
    try {
      const sts = new STSClient({ credentials: fromIni({ profile: "dev", ignoreCache: true }) });
      const identity = await sts.send(new GetCallerIdentityCommand({}));
      expect(identity.Arn).toBe(`arn:aws:iam::${installation.account}:user/alice`);
      expect(await sts.config.region()).toBe("eu-central-1");
      sts.destroy();
    } finally {
      for (const name of ["HOME", "AWS_CONFIG_FILE", "AWS_PROFILE"])
        if (before[name] === undefined) delete process.env[name];
        else process.env[name] = before[name];
    }
    const called = await portcullis([
      ...["call", "GET", `${installation.local.apiUrl}/orders`, "--profile", "dev"],
    ]);
    expect(called).toMatchObject({ code: 0, stdout: expect.stringContaining("orders") });
  });

  it("asks for the MFA code, and passes the time of it on", async () => {
    await passwordUser(installation, "mia", {
      ...allow("orders:*"),
      Condition: { Bool: { "aws:MultiFactorAuthPresent": "true" } },
    });
    const device = await enableDevice(installation.iam, "mia", "mia");
    const { login, portcullis } = home();
    const done = await login("dev", "mia", [PASSWORD, device.code()]);
    expect(done).toMatchObject({ code: 0, stderr: "Password: \nMFA code: " });
    const url = `${installation.local.apiUrl}/orders`;
    expect((await portcullis(["call", "GET", url, "--profile", "dev"])).code).toBe(0);
    expect(await login("dev", "mia", [PASSWORD, device.wrongCode()])).toMatchObject({
      code: 1,
      stderr:
        "Password: \nMFA code: portcullis: Your authentication information is incorrect. Please try again.\n",
    });
  });

  it("changes a password that must be changed, and logs in with the new one", async () => {
    await passwordUser(installation, "nina");
    await installation.iam.send(
      new UpdateLoginProfileCommand({ UserName: "nina", PasswordResetRequired: true }),
    );
    const { login } = home();
    const differing = await login("dev", "nina", [PASSWORD, "one Password 1!", "two Password 1!"]);
    expect(differing.stderr).toContain("portcullis: The two passwords differ.\n");
    const short = await login("dev", "nina", [PASSWORD, "short", "short"]);
    expect(short.code).toBe(1);
    expect(short.stderr).toContain("portcullis: ");
    const changed = await login("dev", "nina", [PASSWORD, "new pAssword 2!", "new pAssword 2!"]);
    expect(changed.stdout).toContain("You are logged in as ");
    expect((await login("dev", "nina", ["new pAssword 2!"])).code).toBe(0);
  });

  it("logs the root user in", async () => {
    const { portcullis } = home();
    const done = await portcullis(
      [
        ...["login", "--no-browser", "--endpoint", installation.local.controlUrl, "--json"],
        ...["--account", installation.account, "--email", ROOT_EMAIL],
      ],
      [ROOT_PASSWORD],
    );
    const { principalArn, profile, loginExpiration } = JSON.parse(done.stdout);
    expect({ principalArn, profile }).toEqual({
      principalArn: `arn:aws:iam::${installation.account}:root`,
      profile: "portcullis",
    });
    expect(Date.parse(loginExpiration)).toBeLessThanOrEqual(Date.now() + 60 * MINUTE);
  });

  it("says in one sentence what is wrong", async () => {
    const { login, portcullis, cached } = home();
    expect(await login("dev", "alice", ["wrong"])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("portcullis: Your authentication information is incorrect."),
    });
    expect(await login("dev", "alice", [])).toMatchObject({
      code: 1,
      stderr: "Password: \nportcullis: The input ended before the login was finished.\n",
    });
    const to = (...args: string[]) =>
      portcullis(["login", "--no-browser", ...args], ["1", "2", "3"]);
    expect(await to("--endpoint", "http://127.0.0.1:9")).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("portcullis: http://127.0.0.1:9 can't be reached: "),
    });
    expect(await to("--endpoint", "http://iam.example.com")).toMatchObject({
      code: 2,
      stderr:
        "portcullis: The endpoint http://iam.example.com must begin with https:, for your password.\n",
    });
    expect((await to("--endpoint", "ftp://127.0.0.1")).code).toBe(2);
    expect(await to()).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("No installation runs on the data directory .portcullis"),
    });
    expect((await to("--profile", "a b")).code).toBe(2);
    expect((await portcullis(["login", "--user", "alice"])).code).toBe(2);
    expect((await portcullis(["login", "--nonsense"])).code).toBe(2);
    expect(existsSync(cached())).toBe(false);
  });

  it("sends the password to no other address than the endpoint", async () => {
    const seen: string[] = [];
    const server = createServer((request, response) => {
      seen.push(request.url ?? "");
      response.writeHead(307, { location: `${installation.local.controlUrl}/signin` });
      response.end();
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    const { portcullis } = home();
    const done = await portcullis(
      [
        ...["login", "--no-browser", "--endpoint", `http://127.0.0.1:${port}`],
        ...["--account", installation.account, "--user", "alice"],
      ],
      [PASSWORD],
    );
    server.close();
    expect(done.code).toBe(1);
    expect(done.stderr).toContain("can't be reached");
    expect(seen).toEqual(["/signin"]);
  });
});

describe("the profile", () => {
  it("leaves everything else in the file, and is replaced by the next login", async () => {
    const { config, login, directory } = home();
    mkdirSync(join(directory, ".aws"));
    const before = [
      "# mine",
      "[default]",
      "region = eu-west-1",
      "",
      "[profile work]",
      "aws_access_key_id = AKIAIOSFODNN7EXAMPLE",
      "s3 =",
      "  max_concurrent_requests = 20",
    ].join("\n");
    writeFileSync(config, `${before}\n`);
    expect((await login()).code).toBe(0);
    const once = readFileSync(config, "utf8");
    expect(once.startsWith(`${before}\n\n[profile dev]\n`)).toBe(true);
    expect((await login()).code).toBe(0);
    expect(readFileSync(config, "utf8")).toBe(once);
    expect((await login("default")).code).toBe(0);
    expect(readFileSync(config, "utf8")).toContain("[services portcullis-default]");
  });

  it("is not taken from credentials of another kind", async () => {
    const { config, directory, login } = home();
    mkdirSync(join(directory, ".aws"));
    writeFileSync(
      config,
      "[profile a]\nrole_arn = arn:aws:iam::1:role/x\n[profile b]\ncredential_process = /bin/x\n",
    );
    const credentials = join(directory, ".aws/credentials");
    writeFileSync(credentials, "[c]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\n");
    for (const [profile, kind] of [
      ["a", "Assume Role"],
      ["b", "Credential Process"],
      ["c", "Access Key"],
    ] as const)
      expect(await login(profile)).toMatchObject({
        code: 2,
        stderr: expect.stringContaining(
          `The profile ${profile} is already configured with ${kind} credentials`,
        ),
      });
  });
});

describe("portcullis login --process", () => {
  it("prints the cached credentials, and refreshes them before they end", async () => {
    const { login, process, setExpiry, cached } = home();
    await login();
    const first = JSON.parse((await process()).stdout);
    expect(first).toMatchObject({ Version: 1, AccountId: installation.account });
    expect(JSON.parse((await process()).stdout)).toEqual(first);
    setExpiry(4 * MINUTE);
    const second = JSON.parse((await process()).stdout);
    expect(second.SessionToken).not.toBe(first.SessionToken);
    expect(Date.parse(second.Expiration)).toBeGreaterThan(Date.now() + 14 * MINUTE);
    const answer = await installation.call(
      {
        accessKeyId: second.AccessKeyId,
        secretAccessKey: second.SecretAccessKey,
        sessionToken: second.SessionToken,
      },
      "GET",
      "/orders",
    );
    expect(answer.status).toBe(200);
    expect(statSync(cached()).mode & 0o777).toBe(0o600);
  });

  it("refreshes in several processes at once", async () => {
    const { login, process, setExpiry } = home();
    await login();
    setExpiry(-MINUTE);
    const all = await Promise.all([process(), process(), process()]);
    expect(all.map(({ code }) => code)).toEqual([0, 0, 0]);
    expect(JSON.parse((await process()).stdout).Version).toBe(1);
  });

  it("uses what it has while the installation is out of reach, as long as that holds", async () => {
    const { login, process, setExpiry, config } = home();
    await login();
    const text = readFileSync(config, "utf8");
    const { controlUrl } = installation.local;
    writeFileSync(
      config,
      text.replace(
        `portcullis_endpoint = ${controlUrl}`,
        "portcullis_endpoint = http://127.0.0.1:9",
      ),
    );
    setExpiry(4 * MINUTE);
    expect((await process()).code).toBe(0);
    setExpiry(-MINUTE);
    expect(await process()).toMatchObject({
      code: 1,
      stdout: "",
      stderr: expect.stringContaining("portcullis: http://127.0.0.1:9 can't be reached"),
    });
  });

  it("says to log in once the password has changed, or nobody is logged in", async () => {
    await passwordUser(installation, "olga");
    const { login, process, setExpiry, cached } = home();
    await login("dev", "olga");
    await installation.iam.send(
      new UpdateLoginProfileCommand({ UserName: "olga", Password: "another pAssword 2!" }),
    );
    setExpiry(-MINUTE);
    expect(await process()).toEqual({
      code: 1,
      stdout: "",
      stderr:
        "portcullis: The credentials of the user have changed. Run `portcullis login --profile dev`.\n",
    });
    writeFileSync(cached(), "{ damaged");
    expect(await process()).toMatchObject({
      code: 1,
      stderr: "portcullis: Nobody is logged in. Run `portcullis login --profile dev`.\n",
    });
    expect((await process("other")).code).toBe(1);
  });
});

describe("portcullis logout", () => {
  it("deletes the credentials, and keeps the profile for the next login", async () => {
    const { login, portcullis, process, cached } = home();
    await login();
    const file = cached();
    expect(await portcullis(["logout", "--profile", "dev"])).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("You are logged out of the profile dev."),
    });
    expect(existsSync(file)).toBe(false);
    expect((await process()).code).toBe(1);
    expect((await portcullis(["logout", "--profile", "dev"])).stdout).toBe(
      "Nobody was logged in by the profile dev.\n",
    );
    // The profile names the endpoint.
    const again = await portcullis(
      [
        ...["login", "--no-browser", "--profile", "dev"],
        ...["--account", installation.account, "--user", "alice"],
      ],
      [PASSWORD],
    );
    expect(again.code).toBe(0);
  });
});

describe("the loopback address of portcullis login", () => {
  it("takes only the answer to its own question", async () => {
    const directory = mkdtempSync(join(tmpdir(), "login-home-"));
    const command = startCommand(
      ["login", "--profile", "dev", "--endpoint", installation.local.controlUrl],
      { HOME: directory, BROWSER: "true" },
    );
    const [, link = ""] = await command.written(/^(http:\S+\/v1\/authorize\?\S+)$/m);
    const { searchParams } = new URL(link);
    const redirect = searchParams.get("redirect_uri") ?? "";
    const state = searchParams.get("state") ?? "";
    const ask = (query: string, init?: RequestInit) =>
      fetch(`${redirect}?${query}`, { redirect: "manual", ...init });
    for (const query of [
      "code=injected",
      "code=injected&state=wrong",
      `code=injected&state=${"a".repeat(state.length)}`,
      "error=access_denied&state=wrong",
    ])
      expect((await ask(query)).status).toBe(400);
    expect((await ask(`code=x&state=${state}`, { method: "POST" })).status).toBe(403);
    // A name that was rebound to this machine.
    const rebound = await new Promise<number | undefined>((resolve) => {
      import("node:http").then(({ get }) =>
        get(
          `${redirect}?code=x&state=${state}`,
          { headers: { host: "evil.example" } },
          (response) => resolve(response.resume().statusCode),
        ),
      );
    });
    expect(rebound).toBe(403);
    // The right state with a code that is not its own is refused by the installation.
    const answer = await ask(`code=injected&state=${state}`);
    expect(answer.status).toBe(302);
    expect(answer.headers.get("location")).toBe("/oauth/done");
    expect(answer.headers.get("referrer-policy")).toBe("no-referrer");
    await command.written(/portcullis: The provided authorization grant is invalid/);
    expect(existsSync(join(directory, ".aws"))).toBe(false);
    await command.stop();
  });
});
