import { indexServices, lintPolicy, type ServiceReference } from "@portcullis/analysis";
import { serviceReferenceData } from "@portcullis/authorizer/reference-data";
import { defineService } from "@portcullis/authorizer/service-definition";
import { ordersService } from "@portcullis/example-orders";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { send, startInstallation, type TestInstallation } from "../support/harness.ts";

describe("service references as JSON", () => {
  let installation: TestInstallation;
  beforeAll(async () => {
    installation = await startInstallation();
  });
  afterAll(() => installation.stop());

  const get = (method = "GET") => {
    const { controlUrl } = installation.local;
    return send(controlUrl, method, "/service-reference.json", { host: new URL(controlUrl).host });
  };

  it("are served without credentials, in the shape of AWS's", async () => {
    const { status, body, headers } = await get();
    expect(status).toBe(200);
    expect(headers["content-type"]).toBe("application/json");
    expect(body).toEqual([serviceReferenceData(ordersService)]);
    expect(body[0].Actions).toContainEqual({
      Name: "ListOrders",
      ActionConditionKeys: [],
      Annotations: { Properties: { IsList: true, IsWrite: false } },
      Resources: [],
    });
    expect(body[0].Resources).toEqual([
      {
        Name: "order",
        // biome-ignore lint/suspicious/noTemplateCurlyInString: AWS's reference writes variables so
        ARNFormats: ["arn:${Partition}:orders:${Region}:${Account}:order/${orderId}"],
      },
    ]);
  });

  it("are read only", async () => {
    const { status, headers } = await get("POST");
    expect(status).toBe(405);
    expect(headers.allow).toBe("GET, HEAD");
    const head = await get("HEAD");
    expect([head.status, head.body]).toEqual([200, ""]);
  });

  it("are what lint takes: it finds misspelt actions and keys of the wrong type", async () => {
    const references = (await get()).body as readonly ServiceReference[];
    const services = indexServices(references);
    const text = JSON.stringify({
      Version: "2012-10-17",
      Statement: { Effect: "Allow", Action: "orders:GetOrdr", Resource: "*" },
    });
    const { findings } = lintPolicy(text, { kind: "identity", services });
    expect(findings.map(({ issueCode }) => issueCode)).toContain("INVALID_ACTION");
    expect(findings[0]?.findingDetails).toContain("orders:GetOrder");
  });

  it("hold condition keys with their types, and each action once", () => {
    const shop = defineService({
      service: "shop",
      routes: {
        "GET /carts": {
          action: "shop:ListCarts",
          resource: "*",
          context: { "shop:Limit": { query: "limit", type: "Numeric" } },
        },
        "GET /carts/{cartId}": { action: "shop:ReadCart", resource: "cart/{cartId}" },
        "HEAD /carts/{cartId}": { action: "shop:ReadCart", resource: "cart/{cartId}" },
      },
    });
    const { Actions, ConditionKeys } = serviceReferenceData(shop);
    expect(Actions.map(({ Name }) => Name)).toEqual(["ListCarts", "ReadCart"]);
    expect(Actions[0]?.ActionConditionKeys).toEqual(["shop:Limit"]);
    expect(Actions[1]?.Annotations.Properties).toEqual({ IsList: false, IsWrite: false });
    expect(Actions[1]?.Resources).toEqual([{ Name: "cart" }]);
    expect(ConditionKeys).toEqual([{ Name: "shop:Limit", Types: ["Numeric"] }]);
  });
});
