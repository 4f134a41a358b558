import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { eventually } from "../support/eventually.ts";
import { startInstallation, type TestInstallation } from "../support/harness.ts";
import { allow, user } from "../support/people.ts";
import { filesIn, policyOf, portcullis, ROOT } from "./command.ts";
import { startCommand } from "./running-command.ts";

const READ = { Sid: "Read", Effect: "Allow", Action: "orders:GetOrder", Resource: "*" };
const WRITE = { Sid: "Write", Effect: "Allow", Action: "orders:DeleteOrder", Resource: "*" };
const SERVICE = {
  service: "orders",
  routes: {
    "GET /orders/{orderId}": { action: "orders:GetOrder", resource: "order/{orderId}" },
    "DELETE /orders/{orderId}": { action: "orders:DeleteOrder", resource: "order/{orderId}" },
  },
};
const SERVICE_OPTION = ["--service", join(ROOT, "examples/orders/src/orders-service.ts")];

describe("check", () => {
  const typo = policyOf({ Effect: "Allow", Action: "orders:GetOrdr", Resource: "*" });

  test("finds a typing error by a service definition, at its line", async () => {
    const at = filesIn({ "policy.json": typo });
    const { code, stdout, stderr } = await portcullis([
      "policy",
      "check",
      at("policy.json"),
      ...SERVICE_OPTION,
    ]);
    expect(stderr).toBe("");
    expect(stdout).toContain(`${at("policy.json")}:6:17: ERROR INVALID_ACTION`);
    expect(stdout).toContain("orders:GetOrder");
    expect(code).toBe(1);
  });

  test("passes a sound policy; --fail-on NONE passes any", async () => {
    const at = filesIn({ "sound.json": policyOf(READ), "typo.json": typo });
    const sound = await portcullis(["policy", "check", at("sound.json"), ...SERVICE_OPTION]);
    expect(sound).toEqual({ code: 0, stdout: "1 policy: no findings.\n", stderr: "" });
    const lenient = ["policy", "check", at("typo.json"), "--fail-on", "NONE", ...SERVICE_OPTION];
    expect((await portcullis(lenient)).code).toBe(0);
  });

  test("writes SARIF, JUnit, GitHub annotations and JSON", async () => {
    const at = filesIn({ "policy.json": typo });
    const run = async (...args: readonly string[]) =>
      (await portcullis(["policy", "check", at("policy.json"), ...SERVICE_OPTION, ...args])).stdout;
    const sarif = JSON.parse(await run("--format", "sarif"));
    expect(sarif.version).toBe("2.1.0");
    expect(sarif.runs[0].results[0]).toMatchObject({
      ruleId: "INVALID_ACTION",
      level: "error",
      locations: [{ physicalLocation: { region: { startLine: 6, startColumn: 17 } } }],
    });
    expect(await run("--format", "junit")).toMatch(/<testsuites .*failures="1">/);
    expect(await run("--format", "github")).toMatch(/^::error file=.*,line=6,col=17,.*title=.*::/);
    expect(JSON.parse(await run("--json")).files[0].findings[0].issueCode).toBe("INVALID_ACTION");
  });
});

describe("test", () => {
  const world = (expected: string, more: object = {}) => ({
    services: ["service.json"],
    policies: { Reader: "reader.json" },
    users: { alice: { policies: ["Reader"] } },
    tests: [
      { principal: "alice", request: "GET /orders/7", expect: expected, statement: "Reader#Read" },
    ],
    ...more,
  });
  const files = (testFile: object | string) =>
    filesIn({
      "service.json": SERVICE,
      "reader.json": policyOf(READ, WRITE),
      "a.test.json": testFile,
    });

  test("passes what is so, and tells coverage", async () => {
    const at = files(world("allowed"));
    const { code, stdout } = await portcullis(["policy", "test", at("")]);
    expect(stdout).toContain("1 passed; statements 1 of 2 (50 %), actions 1 of 2 (50 %).");
    expect(code).toBe(0);
  });

  test("fails on a wrong verdict, a wrong statement, and too little coverage", async () => {
    const wrong = await portcullis(["policy", "test", files(world("denied"))("a.test.json")]);
    expect(wrong.stdout).toContain("expected denied, got allowed: allowed by Reader#Read");
    expect(wrong.code).toBe(1);
    const other = world("allowed", {
      tests: [
        { principal: "alice", request: "GET /orders/7", expect: "allowed", statement: "Write" },
      ],
    });
    expect((await portcullis(["policy", "test", files(other)("a.test.json")])).stdout).toContain(
      "expected statement Write to decide, but Reader#Read did",
    );
    const covered = world("allowed", { coverage: { statements: 100 } });
    const result = await portcullis(["policy", "test", files(covered)("a.test.json")]);
    expect(result.stdout).toContain("tests reach 50 % of statements, and 100 % are wanted");
    expect(result.code).toBe(1);
  });

  test("writes JUnit, annotations and JSON with the line of the failed test", async () => {
    const at = files(world("denied"));
    const run = async (format: string) =>
      (await portcullis(["policy", "test", at("a.test.json"), "--format", format])).stdout;
    expect(await run("junit")).toMatch(/tests="1" failures="1"/);
    expect(await run("github")).toMatch(/::error file=.*a\.test\.json,line=\d+,col=1/);
    expect(JSON.parse(await run("json")).files[0].tests[0]).toMatchObject({
      passed: false,
      decisions: [{ outcome: "allowed" }],
    });
  });

  test("the example repository's tests pass, and their policies have no findings", async () => {
    const tests = await portcullis(["policy", "test", "examples/policies"]);
    expect(tests.stdout).toContain("20 passed; statements 9 of 9 (100 %), actions 4 of 4 (100 %).");
    expect(tests.code).toBe(0);
    const service = ["--service", "examples/policies/orders.service.yaml"];
    const check = ["policy", "check", "examples/policies/policies", ...service];
    expect((await portcullis(check)).code).toBe(0);
  });

  test("a session policy, a resource policy and a condition key from a header decide", async () => {
    const at = files({
      services: ["service.json"],
      policies: { Reader: "reader.json" },
      users: { bob: {} },
      roles: { Worker: { policies: ["Reader"] } },
      tests: [
        {
          principal: "Worker",
          request: "DELETE /orders/7",
          session: [policyOf(READ)],
          expect: "implicitDeny",
        },
        {
          principal: "bob",
          request: "orders:GetOrder arn:aws:orders:us-east-1:111122223333:order/1",
          resourcePolicy: policyOf({
            Sid: "Bob",
            Effect: "Allow",
            Principal: { AWS: "arn:aws:iam::111122223333:user/bob" },
            Action: "orders:GetOrder",
            Resource: "*",
            Condition: { StringEquals: { "orders:Channel": "web" } },
          }),
          context: { "orders:Channel": "web" },
          expect: "allowed",
          statement: "Bob",
        },
      ],
    });
    const { stdout, code } = await portcullis(["policy", "test", at("a.test.json")]);
    expect(stdout).toContain("2 passed");
    expect(code).toBe(0);
  });

  test("--watch runs again when a policy changes", async () => {
    const at = files(world("allowed"));
    const watching = startCommand(["policy", "test", "--watch", at("a.test.json")]);
    try {
      await watching.written(/1 passed/);
      writeFileSync(at("reader.json"), JSON.stringify(policyOf(WRITE)));
      await watching.written(/1 of 1 failed/);
    } finally {
      await watching.stop();
    }
    expect(watching.process.exitCode).toBe(1);
  });
});

describe("diff", () => {
  test("tells what is newly allowed, with an example, and ends with 1", async () => {
    const at = filesIn({ "old.json": policyOf(READ), "new.json": policyOf(READ, WRITE) });
    const wider = await portcullis(["policy", "diff", at("old.json"), at("new.json")]);
    expect(wider.stdout).toContain("+ Newly allows `orders:DeleteOrder` on `*`.");
    expect(wider.stdout).toContain("for example orders:DeleteOrder on *");
    expect(wider.code).toBe(1);
    const narrower = ["policy", "diff", at("new.json"), at("old.json")];
    expect((await portcullis(narrower)).code).toBe(1);
    expect((await portcullis([...narrower, "--allow-narrower"])).code).toBe(0);
    const same = await portcullis(["policy", "diff", at("old.json"), at("old.json")]);
    expect(same).toEqual({
      code: 0,
      stdout: "Both policies allow and deny the same.\n",
      stderr: "",
    });
  });
});

describe("explain and who-can", () => {
  const account = "examples/policies/orders.test.yaml";

  test("tell why, by a test file", async () => {
    const explained = await portcullis([
      ...["policy", "explain", "DELETE", "/orders/7", "--principal", "bob", "--account", account],
      ...["--context", "aws:SourceIp=198.51.100.1"],
    ]);
    expect(explained.stdout).toContain("implicitDeny orders:DeleteOrder");
    expect(explained.stdout).toContain('aws:SourceIp is "198.51.100.1"');
    const who = await portcullis([
      ...["policy", "who-can", "orders:GetOrder"],
      ...["arn:aws:orders:us-east-1:111122223333:order/7", "--account", account, "--json"],
    ]);
    const { results } = JSON.parse(who.stdout);
    const principals = results[0].principals.map((one: { principal: string }) => one.principal);
    expect(principals).toContain("arn:aws:iam::111122223333:user/alice");
    expect(principals).toContain("arn:aws:iam::111122223333:role/Auditor");
    expect(results[0].root).toBe(true);
  });
});

describe("generate", () => {
  const line = (outcome: string, principal: string, id: string) =>
    `2026-01-15T12:00:00Z ${JSON.stringify({ type: "decision", outcome, principal, action: "orders:GetOrder", resource: `arn:aws:orders:us-east-1:111122223333:order/${id}` })}`;
  const session = "arn:aws:sts::111122223333:assumed-role/Worker/s1";
  const role = "arn:aws:iam::111122223333:role/jobs/Worker";

  test("makes a policy of a role's allowed requests, read from standard input", async () => {
    const input = [
      line("allowed", session, "1"),
      line("allowed", session, "2"),
      "no decision",
      line("implicitDeny", session, "3"),
      line("allowed", "arn:aws:iam::111122223333:user/eve", "secret"),
    ].join("\n");
    const made = await portcullis(
      ["policy", "generate", "-", "--principal", role, ...SERVICE_OPTION],
      { input },
    );
    expect(JSON.parse(made.stdout).Statement).toMatchObject([
      { Effect: "Allow", Action: ["orders:GetOrder"] },
    ]);
    expect(made.stdout).toContain("order/*");
    expect(made.stdout).not.toContain("secret");
    expect(made.code).toBe(0);
  });
});

describe("generate from a running installation", () => {
  let at: TestInstallation;
  const env = () => ({
    AWS_ACCESS_KEY_ID: at.root.accessKeyId,
    AWS_SECRET_ACCESS_KEY: at.root.secretAccessKey,
    AWS_REGION: "us-east-1",
  });
  const principal = "arn:aws:iam::100000000000:user/ana";
  const generate = (...more: string[]) =>
    portcullis(
      [
        "policy",
        "generate",
        "--principal",
        principal,
        "--endpoint-url",
        at.local.controlUrl,
        ...more,
      ],
      { env: env() },
    );
  beforeAll(async () => {
    at = await startInstallation();
  });
  afterAll(() => at.stop());

  test("makes a policy of its decision records", async () => {
    const none = await generate();
    expect(none).toMatchObject({
      code: 1,
      stderr: "portcullis: There is no record of an allowed request of this kind.\n",
    });
    const ana = await user(at, "ana", allow("orders:*"));
    await at.call(ana, "GET", "/orders/7");
    const made = await eventually(async () => {
      const finished = await generate("--days", "1");
      return finished.code === 0 ? finished : undefined;
    }, 60_000);
    expect(JSON.parse(made.stdout).Statement).toEqual([
      {
        Effect: "Allow",
        Action: ["orders:GetOrder"],
        Resource: ["arn:aws:orders:us-east-1:100000000000:order/7"],
      },
    ]);
    expect(made.stderr).toBe("");
  });

  test("refuses what it can't do, in one sentence", async () => {
    expect((await generate("x.log")).stderr).toBe(
      "portcullis: Give either files of log lines or --endpoint-url, not both.\n",
    );
    expect((await generate("--days", "91")).stderr).toContain("It must be from 1 to 90.");
    const wrong = ["policy", "generate", "--endpoint-url", at.local.controlUrl];
    expect(await portcullis(wrong, { env: env() })).toMatchObject({
      code: 2,
      stderr: "portcullis: --endpoint-url needs --principal.\n",
    });
    const nowhere = [...wrong.slice(0, 2), "--endpoint-url", "http://127.0.0.1:1"];
    const { code, stderr } = await portcullis([...nowhere, "--principal", principal], {
      env: env(),
    });
    expect([code, stderr.split("\n").length]).toEqual([2, 2]);
    const { stderr: noUrl } = await portcullis(
      [...wrong.slice(0, 2), "--endpoint-url", "nowhere", "--principal", principal],
      { env: env() },
    );
    expect(noUrl).toMatch(/^portcullis: .*nowhere.*\n$/);
  });
});

describe("fmt", () => {
  test("writes one form, and keeps it", async () => {
    const at = filesIn({ "policy.json": JSON.stringify(policyOf(READ)) });
    expect((await portcullis(["policy", "fmt", "--check", at("policy.json")])).code).toBe(1);
    await portcullis(["policy", "fmt", at("policy.json")]);
    const text = readFileSync(at("policy.json"), "utf8");
    expect(text).toBe(`${JSON.stringify(policyOf(READ), undefined, 2)}\n`);
    expect((await portcullis(["policy", "fmt", "--check", at("policy.json")])).code).toBe(0);
  });
});

describe("wrong input is one sentence and code 2", () => {
  const at = filesIn({
    "broken.json": "{",
    "broken.yaml": "tests: [",
    "typo.yaml": "tests:\n  - principal: alice\n    request: GET /\n    expects: allowed\n",
    "nobody.yaml": "tests:\n  - principal: nobody\n    request: a:B *\n    expect: allowed\n",
    "aliases.yaml": `a: &a [x,x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: [*c,*c,*c,*c,*c,*c,*c,*c,*c,*c]\n`,
  });
  const cases: readonly (readonly [readonly string[], RegExp])[] = [
    [
      ["check", "absent.json"],
      /^portcullis: absent\.json can't be read: there is no such file\.\n$/,
    ],
    [["test", at("broken.json")], /^portcullis: .*broken\.json is not JSON: .*\n$/],
    [["test", at("broken.yaml")], /^portcullis: .*broken\.yaml:\d+:\d+ is not YAML: .*\n$/],
    [
      ["test", at("typo.yaml")],
      /^portcullis: .*typo\.yaml:2: `tests\[0\]` is wrong: Unrecognized key: "expects"\.\n$/,
    ],
    [["test", at("nobody.yaml")], /^portcullis: There is no user or role nobody\.\n$/],
    [["test", at("aliases.yaml")], /^portcullis: .*aliases\.yaml is not usable YAML: .*\n$/],
    [["test", "examples/orders"], /^portcullis: No test file was found in examples\/orders\.\n$/],
    [["diff", at("broken.json"), at("broken.json")], /^portcullis: .* is no valid policy: .*\n$/],
    [["generate", at("typo.yaml")], /^portcullis: .*typo\.yaml has no decision's log line\.\n$/],
    [["nonsense"], /^portcullis: unknown command 'nonsense'\. Add --help for usage\.\n$/],
    [["check", "--format", "pdf", "x"], /^portcullis: option '--format <format>'/],
  ];
  for (const [args, message] of cases)
    test(args.join(" "), async () => {
      const { code, stdout, stderr } = await portcullis(["policy", ...args]);
      expect(stderr).toMatch(message);
      expect(stderr).not.toMatch(/\n\s+at /);
      expect(stdout).toBe("");
      expect(code).toBe(2);
    });
});
