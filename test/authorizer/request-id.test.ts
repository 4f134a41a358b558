import { afterAll, beforeAll, expect, test } from "vitest";
import { send, startInstallation, type TestInstallation } from "../support/harness.ts";

let here: TestInstallation;
beforeAll(async () => {
  here = await startInstallation();
});
afterAll(() => here.stop());

/** HTTP APIs send `apigw-requestid` with every answer; it is what people have when they ask why. */
test.each<[string, string, string, number]>([
  ["an allow", "GET", "/orders", 200],
  ["another method of the route", "POST", "/orders", 400],
  ["an absent order", "GET", "/orders/1", 404],
])("%s is found in the log by the answer's request id", async (_, method, path, status) => {
  const answer = await here.call(here.root, method, path);
  expect(answer.status).toBe(status);
  expect(here.decisions.at(-1)).toMatchObject({
    requestId: answer.headers["apigw-requestid"],
    method,
    route: `${method} ${path.replace("/1", "/{orderId}")}`,
    outcome: "allowed",
  });
});

test("a refusal is, too, and an answer of the gateway's own has an id", async () => {
  const refused = await here.call(undefined, "GET", "/orders");
  expect(refused.status).toBe(401);
  expect(here.decisions.at(-1)).toMatchObject({
    requestId: refused.headers["apigw-requestid"],
    method: "GET",
    route: "GET /orders",
    outcome: "unauthenticated",
  });
  const { host } = new URL(here.local.apiUrl);
  const nowhere = await send(here.local.apiUrl, "GET", "/nowhere", { host });
  expect(nowhere).toMatchObject({
    status: 404,
    headers: { "apigw-requestid": expect.stringMatching(/^[\w-]{36}$/) },
  });
});
