import { PutUserPolicyCommand } from "@aws-sdk/client-iam";
import { createAuthorizer } from "@portcullis/authorizer";
import { createPortcullisClient } from "@portcullis/control-api/portcullis-client";
import { afterEach, describe, expect, test } from "vitest";
import { eventually } from "../support/eventually.ts";
import { startInstallation, type TestInstallation } from "../support/harness.ts";
import { addUser } from "../support/tenant.ts";

describe("an API that is observed", () => {
  let at: TestInstallation;
  afterEach(() => at.stop());

  test("lets denials through, marks them, and records them", async () => {
    at = await startInstallation({ observe: {} });
    const ana = await addUser(at.iam, "ana");
    expect((await at.call(ana, "GET", "/orders")).status).toBe(200);
    const line = at.decisions.at(-1);
    expect(line).toMatchObject({ outcome: "implicitDeny", observing: true, observed: true });
    const whoami = await at.call(ana, "GET", "/whoami");
    expect(whoami.body).toMatchObject({ principalArn: `arn:aws:iam::${at.account}:user/ana` });
    const client = createPortcullisClient({
      endpoint: at.local.controlUrl,
      credentials: at.root,
    });
    const found = await eventually(async () => {
      const { Decisions } = await client.listDecisions({ Action: "orders:ListOrders" });
      return Decisions[0];
    });
    expect(found).toMatchObject({
      DecisionId: line?.decisionId,
      Outcome: "implicitDeny",
      Observed: true,
    });
  });

  test("reports what would be denied, by route and principal, and the policy that allows it", async () => {
    at = await startInstallation({ observe: {} });
    const ana = await addUser(at.iam, "ana");
    const bob = await addUser(at.iam, "bob", ["arn:aws:iam::aws:policy/AdministratorAccess"]);
    for (const id of ["1", "2", "3", "4", "5", "6", "7"])
      await at.call(ana, "GET", `/orders/${id}`);
    await at.call(ana, "GET", "/orders");
    await at.call(bob, "GET", "/orders");
    const client = createPortcullisClient({ endpoint: at.local.controlUrl, credentials: at.root });
    const PrincipalArn = `arn:aws:iam::${at.account}:user/ana`;
    const report = await eventually(async () => {
      const found = await client.getAccessReport({ PrincipalArn, ObservedOnly: true });
      return found.Entries.reduce((sum, { Observed }) => sum + Observed, 0) === 8
        ? found
        : undefined;
    });
    const start = `arn:aws:orders:us-east-1:${at.account}`;
    expect(report.IsComplete).toBe(true);
    expect(report.Entries).toEqual([
      {
        PrincipalArn,
        Action: "orders:GetOrder",
        ResourcePattern: `${start}:order/*`,
        Route: "GET /orders/{orderId}",
        Allowed: 0,
        Observed: 7,
        LastTime: expect.any(Date),
      },
      {
        PrincipalArn,
        Action: "orders:ListOrders",
        ResourcePattern: `${start}:*`,
        Route: "GET /orders",
        Allowed: 0,
        Observed: 1,
        LastTime: expect.any(Date),
      },
    ]);
    const [PolicyDocument = ""] = report.PolicyDocuments ?? [];
    expect(JSON.parse(PolicyDocument).Statement).toEqual([
      { Effect: "Allow", Action: ["orders:GetOrder"], Resource: [`${start}:order/*`] },
      { Effect: "Allow", Action: ["orders:ListOrders"], Resource: [`${start}:$\{*}`] },
    ]);
    await at.iam.send(
      new PutUserPolicyCommand({ UserName: "ana", PolicyName: "generated", PolicyDocument }),
    );
    await at.call(ana, "GET", "/orders/8");
    expect(at.decisions.at(-1)).toMatchObject({ outcome: "allowed" });
    const all = await client.getAccessReport();
    expect(all.PolicyDocuments).toBeUndefined();
    expect(all.Entries.map((entry) => entry.PrincipalArn)).toContain(
      `arn:aws:iam::${at.account}:user/bob`,
    );
  });

  test("says in every line that it is observed, and marks no allow", async () => {
    at = await startInstallation({ observe: {} });
    expect((await at.call(at.root, "GET", "/orders")).status).toBe(200);
    expect(at.decisions.at(-1)).toMatchObject({ outcome: "allowed", observing: true });
    expect(at.decisions.at(-1)).not.toHaveProperty("observed");
  });

  test("refuses missing and invalid credentials", async () => {
    at = await startInstallation({ observe: {} });
    expect((await at.call(undefined, "GET", "/orders")).status).toBe(401);
    const forged = { ...at.root, secretAccessKey: "forged" };
    expect((await at.call(forged, "GET", "/orders")).status).toBe(401);
    expect(at.decisions.at(-1)).toMatchObject({ outcome: "unauthenticated", observing: true });
    expect(at.decisions.at(-1)).not.toHaveProperty("observed");
  });

  test("lets them through where that is said, as nobody", async () => {
    at = await startInstallation({ observe: { unauthenticated: true } });
    const answer = await at.call(undefined, "GET", "/whoami");
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({ principalArn: "", principalType: "Anonymous" });
    expect(at.decisions.at(-1)).toMatchObject({ outcome: "unauthenticated", observed: true });
  });

  test("denies without the switch, and caches no answers with it", async () => {
    at = await startInstallation();
    const ana = await addUser(at.iam, "ana");
    expect((await at.call(ana, "GET", "/orders")).status).toBe(403);
    expect(at.decisions.at(-1)).not.toHaveProperty("observing");
    const options = { cachedRoutes: [], observe: {} } as unknown;
    expect(() => createAuthorizer(options as Parameters<typeof createAuthorizer>[0])).toThrow(
      new TypeError("answers cannot be cached for an API that is observed"),
    );
  });
});
