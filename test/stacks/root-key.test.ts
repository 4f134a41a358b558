import { beforeAll, describe, expect, test } from "vitest";
import { type Deployment, sampleStage } from "./deployment.ts";

let production: Deployment;
let personal: Deployment;

beforeAll(async () => {
  [production, personal] = await Promise.all([sampleStage("production"), sampleStage("personal")]);
}, 120_000);

describe("the root key", () => {
  test("is made up and shown where a stage is thrown away, never where it is kept", () => {
    expect(personal.outputs).toMatchObject({
      rootAccessKeyId: expect.stringMatching(/^ROOT\w{16}$/),
      rootSecretAccessKey: expect.stringMatching(/^\w{40}$/),
      rootPassword: expect.stringMatching(/^\w{24}$/),
    });
    expect(Object.keys(production.outputs).sort()).toEqual([
      "_protect",
      "access_analyzer",
      "alarms",
      "cloudtrail",
      "console",
      "iam",
      "key",
      "orders",
      "organizations",
      "portcullis",
      "signin",
      "sts",
      "table",
    ]);
  });
});
