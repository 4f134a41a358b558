import { beforeAll, describe, expect, test } from "vitest";
import { type Deployment, ofType, resource, sampleStage } from "./deployment.ts";

let production: Deployment;
let personal: Deployment;
let dev: Deployment;

beforeAll(async () => {
  [production, personal, dev] = await Promise.all([
    sampleStage("production"),
    sampleStage("personal"),
    sampleStage("dev"),
  ]);
}, 120_000);

describe("the identity store", () => {
  const TABLE = ["aws:dynamodb/table:Table", "IdentityTableTable"] as const;

  test("has the keys, the expiry and the point-in-time recovery that the store relies on", () => {
    for (const stage of [production, personal, dev]) {
      expect(resource(stage, ...TABLE).inputs).toMatchObject({
        name: `portcullis-${stage.app.stage}-identity`,
        attributes: [
          { name: "pk", type: "S" },
          { name: "sk", type: "S" },
        ],
        hashKey: "pk",
        rangeKey: "sk",
        billingMode: "PAY_PER_REQUEST",
        pointInTimeRecovery: { enabled: true },
        ttl: { attributeName: "t", enabled: true },
      });
    }
  });

  test("rotates the key that wraps its keys", () => {
    for (const stage of [production, personal, dev]) {
      expect(resource(stage, "aws:kms/key:Key", "IdentityKey").inputs).toMatchObject({
        enableKeyRotation: true,
      });
    }
  });

  test("can't be deleted in production: not by a deployment, not in the console, not by removing the stage", () => {
    expect(production.app).toMatchObject({ removal: "retain", protect: true });
    const table = resource(production, ...TABLE);
    expect(table).toMatchObject({
      protect: true,
      retainOnDelete: true,
      inputs: { deletionProtectionEnabled: true },
    });
    const key = resource(production, "aws:kms/key:Key", "IdentityKey");
    expect(key).toMatchObject({
      protect: true,
      retainOnDelete: true,
      inputs: { deletionWindowInDays: 30 },
    });
    for (const algorithm of ["ES384", "RS256"]) {
      expect(
        resource(production, "aws:kms/key:Key", `IdentitySigningKey${algorithm}`),
      ).toMatchObject({
        protect: true,
        retainOnDelete: true,
        inputs: { keyUsage: "SIGN_VERIFY" },
      });
    }
    expect(resource(production, "aws:dynamodb/table:Table", "OrdersTableTable")).toMatchObject({
      retainOnDelete: true,
      inputs: { deletionProtectionEnabled: true },
    });
  });

  test("goes with any other stage", () => {
    for (const stage of [personal, dev]) {
      expect(stage.app).toMatchObject({ removal: "remove", protect: false });
      expect(
        stage.resources.filter(({ protect, retainOnDelete }) => protect || retainOnDelete),
      ).toEqual([]);
      expect(resource(stage, ...TABLE).inputs).toMatchObject({ deletionProtectionEnabled: false });
      expect(ofType(stage, "aws:kms/key:Key")).toHaveLength(1);
    }
  });
});
