import type { Reader } from "@portcullis/iam/store";
import type { KeyWrapper } from "@portcullis/store";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Fault, faultyProxy } from "../support/faulty-proxy.ts";
import { type OwnInstallation, ownAuthorizer, ownInstallation } from "../support/own-authorizer.ts";

/**
 * Whatever breaks, nobody is let in by it, an answer comes in time, and the next request after the
 * fault works.
 */
describe("an authorizer fails closed", () => {
  let installation: OwnInstallation;
  let proxy: Awaited<ReturnType<typeof faultyProxy>>;
  beforeAll(async () => {
    installation = await ownInstallation();
    proxy = await faultyProxy(installation.endpoint);
  });
  afterAll(async () => {
    proxy.stop();
    await installation.stop();
  });

  const always = (fault: Fault) => {
    proxy.plan.splice(0, proxy.plan.length, ...Array.from({ length: 200 }, () => fault));
  };
  const never = () => proxy.plan.splice(0);
  const busy = (type: string, status = 400): Fault => ({
    kind: "answer",
    status,
    body: JSON.stringify({ __type: `com.amazonaws.dynamodb.v20120810#${type}`, message: "no" }),
  });
  const says = (body: string): Fault => ({ kind: "answer", status: 200, body });

  const FAULTS: Record<string, Fault> = {
    "is throttled": busy("ProvisionedThroughputExceededException"),
    "is down": busy("InternalServerError", 500),
    "does not know the table": busy("ResourceNotFoundException"),
    "does not let the function read": busy("AccessDeniedException"),
    "takes connections and says nothing": { kind: "hang" },
    "loses its answers": { kind: "lose answer" },
    "breaks off in the middle": { kind: "cut", afterBytes: 40 },
    "answers nothing": says("{}"),
    "answers no JSON": says("<html>"),
    "answers null": says("null"),
    "answers an empty list": says('{"Responses":{}}'),
    "answers items that are not its own": says(
      JSON.stringify({ Responses: { t: [{ pk: { S: "x" }, sk: { S: "y" } }] } }),
    ),
    "never processes a key": says(
      '{"Responses":{},"UnprocessedKeys":{"t":{"Keys":[{"pk":{"S":"a"}}]}}}',
    ),
  };

  describe.each(["cold", "warm"])("%s, while DynamoDB", (state) => {
    it.each(Object.keys(FAULTS))("%s", async (name) => {
      const authorizer = ownAuthorizer(installation, {
        reader: installation.reader(proxy.endpoint),
      });
      never();
      if (state === "warm") expect((await authorizer.ask()).kind).toBe("allowed");
      always(FAULTS[name] ?? { kind: "hang" });
      const started = performance.now();
      expect((await authorizer.ask()).kind).toBe("failed");
      expect(performance.now() - started).toBeLessThan(8_000);
      expect(authorizer.lines.at(-1)).toMatchObject({ outcome: "error", reason: /\w/ });
      never();
      expect((await authorizer.ask()).kind).toBe("allowed");
    });
  });

  it("tries again within its time: one bad answer is not noticed", async () => {
    const authorizer = ownAuthorizer(installation, { reader: installation.reader(proxy.endpoint) });
    for (const fault of [
      busy("ThrottlingException"),
      { kind: "hang" },
      { kind: "lose answer" },
    ] as const) {
      proxy.plan.splice(0, proxy.plan.length, fault);
      expect((await authorizer.ask()).kind).toBe("allowed");
    }
  });

  it("waits for a slow answer, as long as it comes in time", async () => {
    const authorizer = ownAuthorizer(installation, { reader: installation.reader(proxy.endpoint) });
    never();
    always({ kind: "slow", milliseconds: 20 });
    expect((await authorizer.ask()).kind).toBe("allowed");
    always({ kind: "slow", milliseconds: 150 });
    expect((await authorizer.ask()).kind).toBe("failed");
    never();
    expect((await authorizer.ask()).kind).toBe("allowed");
  });

  it("gives up before API Gateway does, whatever it waits for", async () => {
    const stuck: Reader = {
      get: () => new Promise(() => {}),
      snapshot: () => new Promise(() => {}),
    };
    const authorizer = ownAuthorizer(installation, { reader: stuck, deadlineMilliseconds: 50 });
    expect((await authorizer.ask()).kind).toBe("failed");
    expect(authorizer.lines[0]).toMatchObject({
      outcome: "error",
      reason: "TimeoutError: no result within 50 ms",
    });
  });

  it("waits for the key service no longer, and asks it again at the next request", async () => {
    let works = false;
    let calls = 0;
    const wrapper: KeyWrapper = {
      wrap: installation.wrapper.wrap,
      async unwrap(wrapped) {
        calls++;
        if (!works) throw new Error("KMS is down");
        return installation.wrapper.unwrap(wrapped);
      },
    };
    const authorizer = ownAuthorizer({ wrapper }, { reader: installation.reader() });
    expect((await authorizer.ask()).kind).toBe("failed");
    expect((await authorizer.ask()).kind).toBe("failed");
    works = true;
    expect((await authorizer.ask()).kind).toBe("allowed");
    expect((await authorizer.ask()).kind).toBe("allowed");
    expect(calls).toBe(3);
  });

  it("gives up on a key service that says nothing, and works once it speaks", async () => {
    let speaks = false;
    const wrapper: KeyWrapper = {
      wrap: installation.wrapper.wrap,
      unwrap: (wrapped) => (speaks ? installation.wrapper.unwrap(wrapped) : new Promise(() => {})),
    };
    const authorizer = ownAuthorizer(
      { wrapper },
      { reader: installation.reader(), deadlineMilliseconds: 100 },
    );
    expect((await authorizer.ask()).kind).toBe("failed");
    speaks = true;
    expect((await authorizer.ask()).kind).toBe("allowed");
  });

  it("refuses when the key service gives another key", async () => {
    const wrapper: KeyWrapper = { ...installation.wrapper, unwrap: async () => Buffer.alloc(32) };
    const authorizer = ownAuthorizer({ wrapper }, { reader: installation.reader() });
    expect((await authorizer.ask()).kind).toBe("failed");
  });

  it("follows the clock when it jumps, and remembers nothing of it", async () => {
    let now = new Date();
    const authorizer = ownAuthorizer(installation, {
      reader: installation.reader(),
      now: () => now,
    });
    expect((await authorizer.ask()).kind).toBe("allowed");
    for (const jump of [3_600_000, -3_600_000, 10 * 365 * 86_400_000, -now.getTime()]) {
      now = new Date(Date.now() + jump);
      expect((await authorizer.ask()).kind).toBe("unauthenticated");
    }
    now = new Date();
    expect((await authorizer.ask()).kind).toBe("allowed");
  });
});
