import { ValidatePolicyCommand } from "@aws-sdk/client-accessanalyzer";
import { indexServices, lintPolicy, type ServiceReference } from "@portcullis/analysis";
import { catalogOf } from "@portcullis/authorizer/declared-api";
import { serviceReferenceData } from "@portcullis/authorizer/reference-data";
import { defineService } from "@portcullis/authorizer/service-definition";
import { createPortcullisClient } from "@portcullis/control-api/portcullis-client";
import { ordersService } from "@portcullis/example-orders";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  send,
  startInstallation,
  type TestCredentials,
  type TestInstallation,
} from "../support/harness.ts";
import { allow, document, user } from "../support/people.ts";

let installation: TestInstallation;
beforeAll(async () => {
  installation = await startInstallation();
});
afterAll(() => installation.stop());

describe("GetServiceReference", () => {
  const clientAs = (credentials: TestCredentials) =>
    createPortcullisClient({ endpoint: installation.local.controlUrl, credentials });

  it("answers the protected APIs with their routes", async () => {
    const { Apis } = await clientAs(installation.root).getServiceReference();
    expect(Apis.map(({ ApiId, Kind, Stage }) => [ApiId, Kind, Stage])).toEqual([
      ["orders", "HTTP", "$default"],
      ["orders", "REST", "prod"],
      ["orders", "WEBSOCKET", "live"],
    ]);
    const [http, rest, socket] = Apis;
    expect(http).toMatchObject({ ServicePrefix: "orders", Title: "Orders" });
    expect(http?.Routes).toContainEqual({
      RouteKey: "GET /accounts/{accountId}/orders/{orderId}",
      Method: "GET",
      Path: "/accounts/{accountId}/orders/{orderId}",
      Action: "orders:GetOrder",
      Resource: "order/{orderId}",
      AccountFrom: "accountId",
      Description: "Shows an order of the account that is named.",
      ContextKeys: [],
    });
    const whoami = (stage: string) => ({
      RouteKey: "GET /whoami",
      Method: "GET",
      Path: "/whoami",
      Action: "execute-api:Invoke",
      Resource: `orders/${stage}/GET/whoami`,
      ContextKeys: [],
    });
    expect(http?.Routes).toContainEqual(whoami("$default"));
    expect(rest?.Routes).toContainEqual(whoami("prod"));
    expect(socket?.Routes).toEqual([
      {
        RouteKey: "$connect",
        Action: "execute-api:Invoke",
        Resource: "orders/live/$connect",
        ContextKeys: [],
      },
    ]);
  });

  it("answers what the services offer to policies, once for all APIs", async () => {
    const { Services } = await clientAs(installation.root).getServiceReference();
    expect(Services).toEqual([serviceReferenceData(ordersService)]);
  });

  it("needs the permission `portcullis:GetServiceReference`", async () => {
    const ana = await user(installation, "ana", allow("portcullis:GetDecision"));
    await expect(clientAs(ana).getServiceReference()).rejects.toMatchObject({
      name: "AccessDeniedException",
      message:
        "User: arn:aws:iam::100000000000:user/ana is not authorized to perform: portcullis:GetServiceReference on resource: * because no identity-based policy allows the portcullis:GetServiceReference action",
    });
    const bob = await user(installation, "bob", allow("portcullis:GetServiceReference"));
    expect((await clientAs(bob).getServiceReference()).Apis).toHaveLength(3);
  });
});

describe("the catalogue of declared APIs", () => {
  const files = defineService({
    service: "files",
    host: "{tenant}.example.com",
    routes: {
      $connect: { action: "files:Watch", resource: "*" },
      "GET /files/{path+}": {
        action: "files:Read",
        resource: "file/{host.tenant}/{path}",
        context: { "files:Size": { header: "X-Size", type: "Numeric" } },
      },
    },
  });

  it("has each kind of API with the routes that it can have", () => {
    const { Apis, Services } = catalogOf([
      { apiId: "a", service: files, routes: ["ANY /other"] },
      { apiId: "b", kind: "WEBSOCKET", service: files },
      { apiId: "c", kind: "REST", stage: "v1", routes: ["GET /"] },
    ]);
    expect(Services.map(({ Name }) => Name)).toEqual(["files"]);
    expect(
      Apis.map(({ Host, Routes }) => [Host, Routes.map((one) => [one.Action, one.Resource])]),
    ).toEqual([
      [
        "{tenant}.example.com",
        [
          ["files:Read", "file/{host.tenant}/{path}"],
          ["execute-api:Invoke", "a/$default/*/other"],
        ],
      ],
      ["{tenant}.example.com", [["files:Watch", "*"]]],
      [undefined, [["execute-api:Invoke", "c/v1/GET/"]]],
    ]);
    expect(Apis[0]?.Routes[0]?.ContextKeys).toEqual([
      { Name: "files:Size", Type: "Numeric", From: "header", Parameter: "x-size" },
    ]);
  });
});

describe("ValidatePolicy", () => {
  it("finds an action that no protected API has, with the nearest right name", async () => {
    const { findings } = await installation.analyzer.send(
      new ValidatePolicyCommand({
        policyType: "IDENTITY_POLICY",
        policyDocument: document(allow(["orders:ListOrder", "iam:GetUser"])),
      }),
    );
    expect(findings).toMatchObject([
      {
        findingType: "ERROR",
        issueCode: "INVALID_ACTION",
        findingDetails: expect.stringContaining("orders:ListOrders"),
      },
    ]);
  });
});

describe("service references as JSON", () => {
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
      AccessLevel: "List",
      Description: "Lists the orders of an account.",
      ActionConditionKeys: [],
      Annotations: {
        Properties: {
          IsList: true,
          IsPermissionManagement: false,
          IsTaggingOnly: false,
          IsWrite: false,
        },
      },
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
    expect(Actions[1]?.Annotations.Properties).toMatchObject({ IsList: false, IsWrite: false });
    expect(Actions[1]?.Resources).toEqual([{ Name: "cart" }]);
    expect(ConditionKeys).toEqual([{ Name: "shop:Limit", Types: ["Numeric"] }]);
  });
});
