import { AttachUserPolicyCommand, CreatePolicyCommand, TagUserCommand } from "@aws-sdk/client-iam";
import { createPortcullisClient } from "@portcullis/control-api/portcullis-client";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { eventually } from "../support/eventually.ts";
import type { TestCredentials, TestInstallation } from "../support/harness.ts";
import { allow, document, user } from "../support/people.ts";
import { stopFaultless } from "../support/stop-faultless.ts";
import { questions, startAsked } from "./asking.ts";

let installation: TestInstallation;
let asker: TestCredentials;
let account: string;

beforeAll(async () => {
  ({ installation, asker } = await startAsked());
  account = installation.account;
});
afterAll(() => stopFaultless(installation));

const { alice, evaluate, evaluateAll, question } = questions(() => ({ installation, asker }));

describe("the API", () => {
  it("records each decision as the subject's, with who asked", async () => {
    await installation.iam.send(
      new TagUserCommand({ UserName: "alice", Tags: [{ Key: "team", Value: "orders" }] }),
    );
    const { body } = await evaluate(question("orders:GetOrder", { id: "3" }));
    const line = installation.decisions.find(({ decisionId }) => decisionId === body.context.id);
    expect(line).toMatchObject({
      outcome: "implicitDeny",
      principal: alice().id,
      askedBy: `arn:aws:iam::${account}:user/asker`,
      account,
      action: "orders:GetOrder",
      resource: `arn:aws:orders:us-east-1:${account}:order/3`,
    });
    const client = createPortcullisClient({
      endpoint: installation.local.controlUrl,
      credentials: installation.root,
    });
    const found = await eventually(async () => {
      try {
        return await client.getDecision({ DecisionId: body.context.id });
      } catch {
        return undefined;
      }
    }, 5_000);
    expect(found.Decision).toMatchObject({
      PrincipalArn: alice().id,
      Action: "orders:GetOrder",
      Outcome: "implicitDeny",
    });
    // The question itself is the asker's call.
    const own = installation.decisions.filter(
      ({ action, principal }) =>
        action === "portcullis:Evaluate" && principal === `arn:aws:iam::${account}:user/asker`,
    );
    expect(own.length).toBeGreaterThan(0);
  });

  it("records denials whose contexts are as large as they may be", async () => {
    const { iam } = installation;
    await user(installation, "wide");
    const keys = Array.from({ length: 100 }, (_, at) => `orders:k${at}`);
    const conditions = Object.fromEntries(keys.slice(0, 55).map((key) => [key, "n"]));
    const near = { ...allow("orders:*"), Condition: { "ForAnyValue:StringLike": conditions } };
    const { Policy } = await iam.send(
      new CreatePolicyCommand({
        PolicyName: "wide",
        PolicyDocument: document(...Array.from({ length: 5 }, () => near)),
      }),
    );
    await iam.send(new AttachUserPolicyCommand({ UserName: "wide", PolicyArn: Policy?.Arn }));
    const values = Array.from({ length: 20 }, (_, index) => `${"x".repeat(110)}${index}`);
    const wide = {
      ...question("orders:GetOrder", { context: Object.fromEntries(keys.map((k) => [k, values])) }),
      subject: { type: "user", id: `arn:aws:iam::${account}:user/wide` },
    };
    const { status, body } = await evaluateAll({ ...wide, evaluations: [{}, {}, {}] });
    expect(status).toBe(200);
    const client = createPortcullisClient({
      endpoint: installation.local.controlUrl,
      credentials: installation.root,
    });
    for (const { decision, context } of body.evaluations) {
      expect(decision).toBe(false);
      const line = installation.decisions.find(({ decisionId }) => decisionId === context.id);
      expect(JSON.stringify(line).length).toBeLessThan(200_000);
      const found = await eventually(
        () => client.getDecision({ DecisionId: context.id }).catch(() => undefined),
        10_000,
      );
      expect(found?.Decision?.NearMisses).toHaveLength(5);
      const entries = found?.Decision?.ContextEntries ?? [];
      const valuesOf = (name: string) =>
        entries.find(({ ContextKeyName }) => ContextKeyName === name)?.ContextKeyValues;
      expect(valuesOf("orders:k0")).toEqual(values);
      expect(valuesOf("aws:username")).toEqual(["wide"]);
    }
  }, 60_000);
});
