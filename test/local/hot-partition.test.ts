import * as iam from "@aws-sdk/client-iam";
import { startEngine } from "@portcullis/local/engine";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Fault, faultyProxy } from "../support/faulty-proxy.ts";
import {
  startInstallation,
  type TestCredentials,
  type TestInstallation,
} from "../support/harness.ts";
import { refusal } from "../support/refusal.ts";
import { addUser, openOrganization } from "../support/tenant.ts";

const THROTTLED: Fault = {
  kind: "answer",
  status: 400,
  body: JSON.stringify({
    __type: "com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException",
    message: "The level of configured provisioned throughput for the table was exceeded.",
  }),
};
const PASS: Fault = { kind: "pass" };

/** A request to the table: its partitions are in its body. */
type Request = { readonly target: string; readonly body: string };
let isHot: (request: Request) => boolean = () => false;
const seen: Request[] = [];

let engine: Awaited<ReturnType<typeof startEngine>>;
let proxy: Awaited<ReturnType<typeof faultyProxy>>;
let installation: TestInstallation;
const tenants: Record<
  "hot" | "cold",
  { id: string; client: iam.IAMClient; user: TestCredentials }
> = {} as never;

beforeAll(async () => {
  engine = await startEngine({ dataFile: ":memory:" });
  proxy = await faultyProxy(engine.endpoint, {
    before(request) {
      seen.push(request);
      return isHot(request) ? THROTTLED : PASS;
    },
  });
  installation = await startInstallation({ dynamodbEndpoint: proxy.endpoint });
  const { open } = await openOrganization(installation);
  for (const name of ["hot", "cold"] as const) {
    const { id, admin } = await open(name);
    const client = installation.iamAs(admin);
    const user = await addUser(client, "caller");
    const PolicyDocument = JSON.stringify({
      Version: "2012-10-17",
      Statement: { Effect: "Allow", Action: "orders:ListOrders", Resource: "*" },
    });
    const policy = { UserName: "caller", PolicyName: "orders", PolicyDocument };
    await client.send(new iam.PutUserPolicyCommand(policy));
    tenants[name] = { id, client, user };
  }
}, 60_000);
beforeEach(() => {
  isHot = () => false;
  seen.length = 0;
});
afterAll(async () => {
  await installation.stop();
  proxy.stop();
  await engine.stop();
});

const ask = async (name: keyof typeof tenants, path = "/orders") => {
  const started = performance.now();
  const { status } = await installation.call(tenants[name].user, "GET", path);
  return { status, milliseconds: performance.now() - started };
};

describe("an account whose partitions are throttled", () => {
  const throttleHot = () => {
    isHot = ({ body }) => body.includes(`${tenants.hot.id}#`);
  };

  test("is refused at the deadline, never allowed; others are not slower; then it works again", async () => {
    throttleHot();
    const [hot, ...cold] = await Promise.all([ask("hot"), ask("cold"), ask("cold"), ask("cold")]);
    expect(hot.status).toBe(500);
    expect(hot.milliseconds).toBeLessThan(6_000);
    for (const { status, milliseconds } of cold) {
      expect(status).toBe(200);
      expect(milliseconds).toBeLessThan(hot.milliseconds);
    }
    isHot = () => false;
    expect((await ask("hot")).status).toBe(200);
  }, 30_000);

  test("gets 503 of the control API, which AWS's clients retry", async () => {
    throttleHot();
    const create = new iam.CreateUserCommand({ UserName: "late" });
    expect(await refusal(tenants.hot.client.send(create))).toMatchObject({
      code: "ServiceUnavailable",
      status: 503,
    });
    isHot = () => false;
    expect(
      await refusal(tenants.hot.client.send(new iam.GetUserCommand({ UserName: "late" }))),
    ).toMatchObject({ code: "NoSuchEntity" });
  }, 30_000);

  test("of which every other request is throttled gets right answers", async () => {
    let number = 0;
    isHot = ({ body }) => body.includes(`${tenants.hot.id}#`) && number++ % 2 === 0;
    // One after the other: reads at the same time share calls.
    for (let at = 0; at < 20; at++) {
      const { status } = await ask("hot", at % 2 === 0 ? "/orders" : "/orders/1");
      expect(status).toBe(at % 2 === 0 ? 200 : 403);
    }
    const { User } = await tenants.hot.client.send(
      new iam.CreateUserCommand({ UserName: "retried" }),
    );
    expect(User?.UserName).toBe("retried");
    expect(number).toBeGreaterThan(40);
  }, 30_000);
});

test("reads of an account's record are spread over its copies", async () => {
  for (let round = 0; round < 60; round++) await ask("cold");
  const copies = seen.flatMap(({ body }) => body.match(/#account\/\d/g) ?? []);
  const counts = new Map<string, number>();
  for (const copy of copies) counts.set(copy, (counts.get(copy) ?? 0) + 1);
  expect([...counts.keys()].sort()).toEqual([
    "#account/0",
    "#account/1",
    "#account/2",
    "#account/3",
  ]);
  // Less than half of them go to one: 3,000 reads a second of a partition are 6,000 and more.
  for (const count of counts.values()) expect(count).toBeLessThan(copies.length / 2);
});
