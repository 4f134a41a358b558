import { DecodeAuthorizationMessageCommand } from "@aws-sdk/client-sts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  startInstallation,
  type TestCredentials,
  type TestInstallation,
} from "../support/harness.ts";
import { allow, deny, user } from "../support/people.ts";

/** The sample API behind the emulated REST API, as callers see it. */
describe("the REST API", () => {
  let installation: TestInstallation;
  let ana: TestCredentials;
  let bob: TestCredentials;
  const call = (who: TestCredentials | undefined, method: string, path: string, body?: string) =>
    installation.call(who, method, path, {
      url: installation.local.restUrl,
      ...(body === undefined ? {} : { body }),
    });

  beforeAll(async () => {
    installation = await startInstallation();
    ana = await user(installation, "ana", allow(["orders:*", "execute-api:Invoke"]));
    bob = await user(
      installation,
      "bob",
      allow("orders:GetOrder", "arn:aws:orders:us-east-1:*:order/a b"),
      deny("orders:DeleteOrder"),
    );
  });
  afterAll(() => installation.stop());

  it("answers as the HTTP API does, at paths that begin with its stage", async () => {
    const made = await call(ana, "POST", "/prod/orders", '{"item":"book","quantity":2}');
    expect(made).toMatchObject({ status: 201, body: { item: "book", quantity: 2 } });
    const path = `/orders/${made.body.orderId}`;
    expect((await call(ana, "GET", `/prod${path}`)).body).toEqual(made.body);
    expect((await installation.call(ana, "GET", path)).body).toEqual(made.body);
    expect((await call(ana, "DELETE", `/prod${path}`)).status).toBe(204);
    expect((await call(ana, "DELETE", `/prod${path}`)).status).toBe(404);
  });

  it("tells the function behind who calls, in the same words as the HTTP API", async () => {
    const { decisionId: _, ...rest } = (await call(ana, "GET", "/prod/whoami")).body;
    const { decisionId: __, ...http } = (await installation.call(ana, "GET", "/whoami")).body;
    expect(rest).toEqual(http);
    expect(rest).toMatchObject({
      principalType: "User",
      userName: "ana",
      mfaAuthenticated: "false",
    });
    expect(installation.decisions.at(-2)?.resource).toBe(
      `arn:aws:execute-api:us-east-1:${installation.account}:orders/prod/GET/whoami`,
    );
  });

  it("refuses with AWS's sentence and a message that administrators can decode", async () => {
    const refusal = await call(bob, "GET", "/prod/orders/1");
    expect(refusal.status).toBe(403);
    expect(Object.keys(refusal.body)).toEqual(["message", "encodedAuthorizationMessage"]);
    expect(refusal.body.message).toBe(
      `User: arn:aws:iam::${installation.account}:user/bob is not authorized to perform: orders:GetOrder on resource: arn:aws:orders:us-east-1:${installation.account}:order/1 because no identity-based policy allows the orders:GetOrder action`,
    );
    expect((await call(bob, "DELETE", "/prod/orders/1")).body.message).toContain(
      "with an explicit deny in an identity-based policy",
    );
    const { DecodedMessage = "" } = await installation.sts.send(
      new DecodeAuthorizationMessageCommand({
        EncodedMessage: refusal.body.encodedAuthorizationMessage,
      }),
    );
    expect(JSON.parse(DecodedMessage)).toMatchObject({
      allowed: false,
      explicitDeny: false,
      context: { action: "orders:GetOrder", principal: { name: "bob" } },
    });
  });

  it("writes a sentence with quotes in it as JSON all the same", async () => {
    const refusal = await call(bob, "GET", "/prod/orders/%22%2C%22admin%22%3A%22yes");
    expect(refusal.status).toBe(403);
    expect(Object.keys(refusal.body)).toEqual(["message", "encodedAuthorizationMessage"]);
    expect(refusal.body.message).toContain('order/","admin":"yes because');
  });

  it("judges path parameters decoded, and only where they can be read in one way", async () => {
    expect((await call(bob, "GET", "/prod/orders/a%20b")).status).toBe(404);
    expect((await call(ana, "GET", "/prod/orders/a%20b")).status).toBe(404);
    expect((await call(ana, "GET", "/prod/orders/%61%20b")).status).toBe(403);
    expect(installation.decisions.at(-1)?.reason).toBe(
      "a path parameter can be read in more than one way",
    );
  });

  it("answers 401 without credentials, and 403 for an unknown route, with or without them", async () => {
    expect(await call(undefined, "GET", "/prod/orders")).toMatchObject({
      status: 401,
      body: { message: "Unauthorized" },
      headers: { "x-amzn-errortype": "UnauthorizedException" },
    });
    for (const path of [
      "/prod/nowhere",
      "/prod/orders/",
      "/prod//orders",
      "/prod",
      "/",
      "/orders",
      "/test/orders",
    ])
      expect(await call(ana, "GET", path)).toMatchObject({
        status: 403,
        body: { message: "Missing Authentication Token" },
      });
    expect((await call(undefined, "GET", "/health")).status).toBe(200);
  });

  it("never puts a wildcard of the path, or a path too long for one, into its answer, and says so in the log", async () => {
    for (const id of ["*", "x".repeat(500)]) {
      expect((await call(ana, "GET", `/prod/orders/${id}`)).status).toBe(403);
      expect(installation.decisions.at(-1)).toMatchObject({
        outcome: "implicitDeny",
        reason: "the path of the request cannot be put into an answer to API Gateway",
        principal: `arn:aws:iam::${installation.account}:user/ana`,
      });
      expect((await installation.call(ana, "GET", `/orders/${id}`)).status).toBe(404);
    }
  });
});
