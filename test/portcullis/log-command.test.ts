import { appendFileSync } from "node:fs";
import { expect, test } from "vitest";
import { filesIn, portcullis } from "./command.ts";
import { startCommand } from "./running-command.ts";

const line = (over: object): string =>
  JSON.stringify({
    type: "decision",
    time: "2026-01-02T03:04:05.000Z",
    decisionId: "d",
    outcome: "allowed",
    principal: "arn:aws:iam::100000000000:user/ana",
    action: "orders:GetOrder",
    resource: "arn:aws:orders:us-east-1:100000000000:order/7",
    ...over,
  });

const LOG = [
  `2026-01-02T03:04:05Z ${line({ statements: ["Readers#0"] })}`,
  "a line of something else",
  line({ outcome: "implicitDeny", action: "orders:DeleteOrder", reason: "nothing allows it" }),
  line({ outcome: "explicitDeny", principal: "arn:aws:iam::100000000000:user/diana" }),
  line({ outcome: "unauthenticated", principal: undefined, reason: "\u001b[2Jgone" }),
  // Not of the log's form: it must be left out, not crash the command.
  line({ statements: "no list" }),
  "",
].join("\n");

test("decisions are printed for people, from standard input, without escape sequences", async () => {
  const { code, stdout } = await portcullis(["log"], { input: LOG });
  expect(code).toBe(0);
  expect(stdout.split("\n")).toEqual([
    "03:04:05  ALLOW    100000000000:user/ana  orders:GetOrder on arn:aws:orders:us-east-1:100000000000:order/7  by Readers#0",
    "03:04:05  DENY     100000000000:user/ana  orders:DeleteOrder on arn:aws:orders:us-east-1:100000000000:order/7  nothing allows it",
    "03:04:05  DENY     100000000000:user/diana  orders:GetOrder on arn:aws:orders:us-east-1:100000000000:order/7",
    "03:04:05  UNKNOWN  anonymous  orders:GetOrder on arn:aws:orders:us-east-1:100000000000:order/7  \\u{1b}[2Jgone",
    "",
  ]);
});

test("filters narrow: ana is not diana, denied is both kinds", async () => {
  const file = filesIn({ log: LOG })("log");
  const count = async (...more: readonly string[]) =>
    (await portcullis(["log", file, "--json", ...more])).stdout.split("\n").length - 1;
  expect(await count("--principal", "ana", "--outcome", "denied")).toBe(1);
  expect(await count("--outcome", "denied")).toBe(2);
  expect(await count("--action", "ORDERS:get*")).toBe(3);
});

test("a followed file goes on with what is appended, whole lines only", async () => {
  const file = filesIn({ log: `${line({ action: "orders:First" })}\n` })("log");
  const running = startCommand(["log", file, "--follow"]);
  await running.written(/orders:First/);
  const second = line({ action: "orders:Second" });
  appendFileSync(file, second.slice(0, 40));
  appendFileSync(file, `${second.slice(40)}\n`);
  await running.written(/orders:Second/);
  expect(running.output().match(/ALLOW/g)).toHaveLength(2);
  await running.stop();
});

test("what is wrong is one sentence", async () => {
  expect(await portcullis(["log", "/nowhere"])).toEqual({
    code: 2,
    stdout: "",
    stderr: "portcullis: /nowhere can't be read: there is no such file.\n",
  });
  expect((await portcullis(["log", "--follow"])).code).toBe(2);
  expect((await portcullis(["log", "--outcome", "maybe"])).code).toBe(2);
  const unreachable = await portcullis(["call", "GET", "http://127.0.0.1:1/"], {
    env: { AWS_ACCESS_KEY_ID: "AKIAEXAMPLEEXAMPLE00", AWS_SECRET_ACCESS_KEY: "secret" },
  });
  expect(unreachable).toEqual({
    code: 1,
    stdout: "",
    stderr: "portcullis: http://127.0.0.1:1 can't be reached: nothing listens there.\n",
  });
  const account = await portcullis(["account", "export", "12", "--to", "file"]);
  expect(account.code).toBe(1);
  expect(account.stderr).toMatch(/^portcullis: .+\n$/);
});
