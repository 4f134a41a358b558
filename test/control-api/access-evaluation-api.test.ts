import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ask } from "../support/asker.ts";
import type { TestCredentials, TestInstallation } from "../support/harness.ts";
import { stopFaultless } from "../support/stop-faultless.ts";
import { order, questions, startAsked } from "./asking.ts";

let installation: TestInstallation;
let asker: TestCredentials;

beforeAll(async () => {
  ({ installation, asker } = await startAsked());
});
afterAll(() => stopFaultless(installation));

const { alice, evaluate, evaluateAll, question } = questions(() => ({ installation, asker }));

describe("the API", () => {
  it("refuses what is malformed with 400 and a sentence", async () => {
    const right = { subject: alice(), action: { name: "orders:GetOrder" }, resource: order("1") };
    const wrongs: readonly (readonly [object | string, RegExp])[] = [
      ["", /must be a JSON object/],
      ["[]", /must be a JSON object/],
      ["null", /must be a JSON object/],
      ['{"subject":', /must be a JSON object/],
      [{ ...right, subject: undefined }, /`subject` must be an object/],
      [{ ...right, subject: "alice" }, /`subject` must be an object/],
      [{ ...right, subject: { id: alice().id } }, /`subject.type` must be a string/],
      [{ ...right, subject: { type: "user" } }, /`subject.id` must be a string/],
      [{ ...right, subject: { type: "group", id: alice().id } }, /`subject.type` must be one of/],
      [{ ...right, subject: { type: "toString", id: "x" } }, /`subject.type` must be one of/],
      [{ ...right, subject: { type: "user", id: "alice" } }, /must be the ARN of a user/],
      [{ ...right, subject: { type: "role", id: alice().id } }, /must be the ARN of a role/],
      [{ ...right, subject: { ...alice(), properties: [] } }, /`subject.properties`/],
      [
        { ...right, subject: { ...alice(), properties: { session_token: "a" } } },
        /given together or not at all/,
      ],
      [{ ...right, action: {} }, /`action.name` must be a string/],
      [{ ...right, action: { name: "read" } }, /a service and an action/],
      [{ ...right, action: { name: "orders:*" } }, /a service and an action/],
      [{ ...right, resource: { type: "order" } }, /`resource.id` must be a string/],
      [{ ...right, resource: { id: "1" } }, /`resource.type` must be a string/],
      [{ ...right, resource: { type: "a:b", id: "1" } }, /`resource.type` must be letters/],
      [{ ...right, resource: { type: "order", id: "a\u0000b" } }, /no control characters/],
      [{ ...right, resource: { type: "order", id: "arn:aws:orders" } }, /not a whole ARN/],
      [{ ...right, resource: { type: "order", id: "arn:aws:orders:::x:1:2" } }, /^$/],
      [{ ...right, resource: { type: "order", id: "arn:aws:orders::12:order/1" } }, /12 digits/],
      [{ ...right, resource: { type: "order", id: "a".repeat(2049) } }, /1 to 2048 characters/],
      [{ ...right, context: [] }, /`context` must be an object/],
      [{ ...right, context: { "aws:SourceIp": "not an address" } }, /must be an IP address/],
      [{ ...right, context: { "aws:SourceIp": ["10.0.0.1"] } }, /must have one value/],
      [{ ...right, context: { "orders:A": { b: 1 } } }, /must be a string of at most/],
      [{ ...right, context: { "orders:A": null } }, /must be a string of at most/],
      [{ ...right, context: { "orders:A": "1", "ORDERS:a": "2" } }, /more than once/],
      [
        {
          ...right,
          context: Object.fromEntries(
            Array.from({ length: 101 }, (_, at) => [`orders:${at}`, "1"]),
          ),
        },
        /at most 100 condition keys/,
      ],
    ];
    for (const [body, sentence] of wrongs) {
      const { status, body: answered } = await evaluate(body);
      if (sentence.source === "^$") {
        expect(status).toBe(200);
        continue;
      }
      expect(status, JSON.stringify(body).slice(0, 100)).toBe(400);
      expect(answered).toMatch(sentence);
    }
    for (const [extra, sentence] of [
      [{ evaluations: {} }, /must be a list/],
      [{ evaluations: [1] }, /must be an object/],
      [{ evaluations: [{}], options: 1 }, /`options` must be an object/],
      [{ evaluations: [{}], options: { evaluations_semantic: "some" } }, /must be one of/],
    ] as const) {
      const { status, body } = await evaluateAll({ ...right, ...extra });
      expect(status).toBe(400);
      expect(body).toMatch(sentence);
    }
    const large = await evaluate({ ...right, padding: "a".repeat(300_000) });
    expect(large.status).toBe(400);
    const form = await ask(installation, asker, "/access/v1/evaluation", right, {
      headers: { "content-type": "text/plain" },
    });
    expect(form.body).toBe("The content type must be application/json.");
    expect(installation.decisions.filter(({ outcome }) => outcome === "error")).toEqual([]);
  });

  it("repeats the asker's id of the request, whatever the answer", async () => {
    const headers = { "x-request-id": "bfe9eb29-ab87-4ca3-be83-a1d5d8305716" };
    const path = "/access/v1/evaluation";
    for (const [credentials, body, status] of [
      [asker, question("orders:GetOrder"), 200],
      [asker, "{", 400],
      [undefined, question("orders:GetOrder"), 401],
    ] as const) {
      const answer = await ask(installation, credentials, path, body, { headers });
      expect(answer.status).toBe(status);
      expect(answer.headers["x-request-id"]).toBe(headers["x-request-id"]);
    }
    const without = await evaluate(question("orders:GetOrder"));
    expect(without.headers["x-request-id"]).toBeUndefined();
  });

  it("publishes where its endpoints are", async () => {
    const { controlUrl } = installation.local;
    const answer = await fetch(`${controlUrl}/.well-known/authzen-configuration`);
    expect(answer.headers.get("content-type")).toBe("application/json");
    expect(await answer.json()).toEqual({
      policy_decision_point: controlUrl,
      access_evaluation_endpoint: `${controlUrl}/access/v1/evaluation`,
      access_evaluations_endpoint: `${controlUrl}/access/v1/evaluations`,
    });
    expect((await fetch(`${controlUrl}/access/v1/evaluation`)).status).toBe(405);
    const preflight = await fetch(`${controlUrl}/access/v1/evaluation`, {
      method: "OPTIONS",
      headers: { origin: "https://evil.example", "access-control-request-method": "POST" },
    });
    expect(preflight.status).toBe(403);
  });
});
