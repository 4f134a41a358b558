import { startEngine } from "@portcullis/local/engine";
import { describe, expect, it } from "vitest";
import { ask } from "../support/asker.ts";
import { faultyProxy } from "../support/faulty-proxy.ts";
import { startInstallation } from "../support/harness.ts";
import { order } from "./asking.ts";

describe("the API", () => {
  it("fails closed while DynamoDB fails, says nothing of it, and asks it little", async () => {
    const engine = await startEngine({ dataFile: ":memory:" });
    const proxy = await faultyProxy(engine.endpoint);
    const here = await startInstallation({ dynamodbEndpoint: proxy.endpoint });
    try {
      const body = {
        subject: { type: "root", id: `arn:aws:iam::${here.account}:root` },
        action: { name: "orders:GetOrder" },
        resource: order("1"),
      };
      const path = "/access/v1/evaluation";
      expect((await ask(here, here.root, path, body)).body.decision).toBe(true);
      const fault = { kind: "answer", status: 200, body: '{"Responses":"nonsense"}' } as const;
      // At the asker's own records, and at the subject's.
      for (const passed of [0, 1]) {
        const pass = Array.from({ length: passed }, () => ({ kind: "pass" }) as const);
        proxy.plan.push(...pass, ...Array.from({ length: 20 }, () => fault));
        const answer = await ask(here, here.root, path, body);
        proxy.plan.splice(0);
        expect([500, 503]).toContain(answer.status);
        expect(["Internal error", "The decision could not be made now."]).toContain(answer.body);
        expect(here.decisions.at(-1)?.outcome).toBe("error");
      }
      expect((await ask(here, here.root, path, body)).body.decision).toBe(true);

      // A batch reads each of its subjects once.
      const before = proxy.requests.length;
      const evaluations = Array.from({ length: 100 }, (_, at) => ({ resource: order(`${at}`) }));
      const batch = { ...body, evaluations };
      const all = await ask(here, here.root, "/access/v1/evaluations", batch);
      expect(all.body.evaluations).toHaveLength(100);
      expect(proxy.requests.length - before).toBeLessThan(20);
    } finally {
      await here.stop();
      proxy.stop();
      await engine.stop();
    }
  });
});
