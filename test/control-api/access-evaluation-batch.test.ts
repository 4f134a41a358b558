import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { TestCredentials, TestInstallation } from "../support/harness.ts";
import { allow, user } from "../support/people.ts";
import { stopFaultless } from "../support/stop-faultless.ts";
import { order, questions, startAsked } from "./asking.ts";

let installation: TestInstallation;
let asker: TestCredentials;
let account: string;

beforeAll(async () => {
  ({ installation, asker } = await startAsked());
  account = installation.account;
  await user(installation, "bounded", allow("orders:*"));
});
afterAll(() => stopFaultless(installation));

const { alice, evaluateAll, question } = questions(() => ({ installation, asker }));

describe("evaluations", () => {
  const get = (id: string) => ({ resource: order(id) });
  const decisions = (body: { evaluations: { decision: boolean }[] }) =>
    body.evaluations.map(({ decision }) => decision);

  it("take defaults from the top, each as a whole, in the order of the items", async () => {
    const { status, body } = await evaluateAll({
      subject: alice(),
      action: { name: "orders:ListOrders" },
      resource: order("17"),
      context: { "aws:SourceIp": "10.1.2.3" },
      evaluations: [
        {},
        { context: {} },
        { action: { name: "orders:GetOrder" } },
        { action: { name: "orders:GetOrder" }, resource: order("2") },
        { subject: { type: "user", id: `arn:aws:iam::${account}:user/ghost` } },
      ],
    });
    expect(status).toBe(200);
    expect(Object.keys(body)).toEqual(["evaluations"]);
    expect(decisions(body)).toEqual([true, false, true, false, false]);
    const ids = body.evaluations.map(({ context }: { context: { id: string } }) => context.id);
    expect(new Set(ids).size).toBe(5);
  });

  it("end where the semantic says", async () => {
    const run = async (semantic: string | undefined, ...items: string[]) => {
      const options = semantic === undefined ? {} : { options: { evaluations_semantic: semantic } };
      const { body } = await evaluateAll({
        subject: alice(),
        action: { name: "orders:GetOrder" },
        ...options,
        evaluations: items.map(get),
      });
      return decisions(body);
    };
    expect(await run(undefined, "1", "2", "1")).toEqual([true, false, true]);
    expect(await run("execute_all", "1", "2", "1")).toEqual([true, false, true]);
    expect(await run("deny_on_first_deny", "1", "2", "1")).toEqual([true, false]);
    expect(await run("deny_on_first_deny", "1", "1")).toEqual([true, true]);
    expect(await run("permit_on_first_permit", "2", "1", "1")).toEqual([false, true]);
    expect(await run("permit_on_first_permit", "2", "2")).toEqual([false, false]);
  });

  it("deny an item that is malformed or not permitted by itself", async () => {
    const limited = await user(
      installation,
      "limited-batch",
      allow("portcullis:Evaluate", alice().id),
    );
    const items = {
      action: { name: "orders:GetOrder" },
      resource: order("1"),
      evaluations: [
        { subject: alice() },
        { subject: { type: "user", id: `arn:aws:iam::${account}:user/bounded` } },
        {},
        { subject: alice(), context: { "aws:userid": "x" } },
      ],
    };
    const { status, body } = await evaluateAll(items, limited);
    expect(status).toBe(200);
    expect(decisions(body)).toEqual([true, false, false, false]);
    expect(body.evaluations[1].context.error.status).toBe(403);
    expect(body.evaluations[2].context.error).toEqual({
      status: 400,
      message: "`subject` must be an object.",
    });
    expect(body.evaluations[3].context.error.status).toBe(400);
    // Also in a batch nobody is probed for unseen.
    const denials = installation.decisions.filter(({ principal }) =>
      principal?.endsWith(":user/limited-batch"),
    );
    expect(denials[0]).toMatchObject({
      outcome: "implicitDeny",
      action: "portcullis:Evaluate",
      resource: `arn:aws:iam::${account}:user/bounded`,
      detail: expect.anything(),
    });
    // A failure counts as a denial.
    const first = await evaluateAll(
      { ...items, options: { evaluations_semantic: "deny_on_first_deny" } },
      limited,
    );
    expect(decisions(first.body)).toEqual([true, false]);
  });

  it("without items are one evaluation", async () => {
    for (const extra of [{}, { evaluations: [] }]) {
      const { status, body } = await evaluateAll({ ...question("orders:GetOrder"), ...extra });
      expect(status).toBe(200);
      expect(body).toEqual({ decision: true, context: { id: expect.any(String) } });
    }
  });

  it("are at most a hundred", async () => {
    const many = (count: number) => ({
      ...question("orders:GetOrder"),
      evaluations: Array.from({ length: count }, () => ({})),
    });
    expect((await evaluateAll(many(100))).body.evaluations).toHaveLength(100);
    const { status, body } = await evaluateAll(many(101));
    expect(status).toBe(400);
    expect(body).toBe("`evaluations` must have at most 100 items.");
  });
});
