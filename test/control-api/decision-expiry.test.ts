import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import {
  createPortcullisClient,
  type PortcullisClient,
} from "@portcullis/control-api/portcullis-client";
import { dayOf } from "@portcullis/iam/day";
import { recordDecisions } from "@portcullis/iam/decision/record-decisions";
import { createWriteBudget } from "@portcullis/iam/decision/write-budget";
import { droppedKey } from "@portcullis/iam/record/decision";
import type { Store } from "@portcullis/iam/store";
import { timeOrderedId } from "@portcullis/iam/time-ordered-id";
import { dynamoStore } from "@portcullis/store";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { CREDENTIALS } from "../support/engine.ts";
import { startInstallation, type TestInstallation } from "../support/harness.ts";

const DAY = 86_400_000;

describe("the time for which decisions are kept", () => {
  let at: TestInstallation;
  let client: DynamoDBClient;
  let store: Store;
  let root: PortcullisClient;
  beforeAll(async () => {
    at = await startInstallation();
    client = new DynamoDBClient({
      endpoint: at.local.dynamodbEndpoint,
      region: "us-east-1",
      credentials: CREDENTIALS,
    });
    store = dynamoStore({ client, tableName: "portcullis" });
    root = createPortcullisClient({ endpoint: at.local.controlUrl, credentials: at.root });
  });
  afterAll(async () => {
    client.destroy();
    await at.stop();
  });

  /** Records a denial that happened some days ago, as an installation with `days` does. */
  const denied = async (daysAgo: number, days?: number): Promise<string> => {
    const time = new Date(Date.now() - daysAgo * DAY);
    const decisionId = timeOrderedId(time);
    const decision = {
      decisionId,
      account: at.account,
      time: time.toISOString(),
      outcome: "implicitDeny",
      requestId: `request-of-${decisionId}`,
      principalArn: `arn:aws:iam::${at.account}:user/ana`,
      action: "orders:GetOrder",
    } as const;
    await recordDecisions(
      store,
      { decisions: [decision], events: [], lost: {} },
      { budget: createWriteBudget(), now: time, ...(days === undefined ? {} : { days }) },
    );
    return decisionId;
  };
  const NOT_FOUND = {
    name: "ResourceNotFoundException",
    message: "The decision was not found. It does not exist, or is no longer kept.",
  };

  test("is seven days, after which both ids answer as unknown ids do", async () => {
    const young = await denied(6.9);
    const old = await denied(7.1);
    const found = await root.getDecision({ RequestId: `request-of-${young}` });
    expect(found.Decision.DecisionId).toBe(young);
    for (const input of [{ DecisionId: old }, { RequestId: `request-of-${old}` }])
      await expect(root.getDecision(input)).rejects.toMatchObject(NOT_FOUND);
    const { Decisions } = await root.listDecisions();
    expect(Decisions.map(({ DecisionId }) => DecisionId)).toEqual([young]);
  });

  test("may be longer, and the list then goes back as far as StartTime says", async () => {
    const old = await denied(40, 90);
    expect((await root.getDecision({ DecisionId: old })).Decision.DecisionId).toBe(old);
    const StartTime = new Date(Date.now() - 60 * DAY);
    const { Decisions } = await root.listDecisions({ StartTime });
    expect(Decisions.at(-1)?.DecisionId).toBe(old);
    const lately = await root.listDecisions();
    expect(lately.Decisions.map(({ DecisionId }) => DecisionId)).not.toContain(old);
  });

  test("counts what was dropped in it, by kind", async () => {
    const now = new Date();
    const key = droppedKey(at.account, dayOf(now.getTime()));
    const data = { decisions: 3, events: 5, counts: 7 };
    await store.transact([{ kind: "put", key, data, expect: "any" }]);
    expect(await root.listDecisions()).toMatchObject({
      DroppedDecisions: 3,
      DroppedEvents: 5,
      DroppedCounts: 7,
    });
  });
});
