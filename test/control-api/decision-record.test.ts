import { AttachUserPolicyCommand, CreatePolicyCommand, GetUserCommand } from "@aws-sdk/client-iam";
import { DecodeAuthorizationMessageCommand } from "@aws-sdk/client-sts";
import {
  createPortcullisClient,
  type PortcullisClient,
  PortcullisError,
} from "@portcullis/control-api/portcullis-client";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { eventually } from "../support/eventually.ts";
import {
  startInstallation,
  type TestCredentials,
  type TestInstallation,
} from "../support/harness.ts";
import { addUser, openOrganization } from "../support/tenant.ts";

const document = (...Statement: readonly object[]) =>
  JSON.stringify({ Version: "2012-10-17", Statement });

describe("decision records", () => {
  let at: TestInstallation;
  let ana: TestCredentials;
  let root: PortcullisClient;
  const clientOf = (credentials: TestCredentials) =>
    createPortcullisClient({ endpoint: at.local.controlUrl, credentials });
  const refusal = async (call: Promise<unknown>) => {
    const error = await call.then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    if (!(error instanceof PortcullisError)) throw new Error(`no refusal: ${String(error)}`);
    return { name: error.name, message: error.message, status: error.status };
  };
  const unlessMissing = async <T>(call: Promise<T>): Promise<T | undefined> =>
    call.catch((error: unknown) => {
      if (error instanceof PortcullisError && error.name === "ResourceNotFoundException")
        return undefined;
      throw error;
    });
  const record = async (input: Parameters<PortcullisClient["getDecision"]>[0]) =>
    (await eventually(() => unlessMissing(root.getDecision(input)))).Decision;
  const lastDenial = () => {
    const line = at.decisions.findLast(({ outcome }) => outcome.endsWith("Deny"));
    if (line === undefined) throw new Error("nothing was denied");
    return line;
  };

  beforeAll(async () => {
    at = await startInstallation();
    ana = await addUser(at.iam, "ana");
    root = clientOf(at.root);
    const made = await at.iam.send(
      new CreatePolicyCommand({
        PolicyName: "readers",
        PolicyDocument: document(
          {
            Sid: "Local",
            Effect: "Allow",
            Action: "orders:GetOrder",
            Resource: "*",
            Condition: { IpAddress: { "aws:SourceIp": "192.0.2.0/24" } },
          },
          { Sid: "NoDeletes", Effect: "Deny", Action: "orders:DeleteOrder", Resource: "*" },
        ),
      }),
    );
    await at.iam.send(
      new AttachUserPolicyCommand({ UserName: "ana", PolicyArn: made.Policy?.Arn }),
    );
  });
  afterAll(() => at.stop());

  test("an implicit denial is found by decision and gateway request id within two seconds", async () => {
    const answer = await at.call(ana, "GET", "/orders/1", {
      headers: { referer: "https://shop.example/?token=hush" },
    });
    expect(answer.status).toBe(403);
    const denied = await record({ RequestId: String(answer.headers["apigw-requestid"]) });
    expect(denied).toMatchObject({
      PrincipalArn: `arn:aws:iam::${at.account}:user/ana`,
      Action: "orders:GetOrder",
      ResourceArn: `arn:aws:orders:us-east-1:${at.account}:order/1`,
      Outcome: "implicitDeny",
      Observed: false,
      Reason: "no identity-based policy allows it",
      Method: "GET",
      Route: "GET /orders/{orderId}",
      Verdicts: [{ PolicyType: "identity-based", Outcome: "implicitDeny", Statements: [] }],
      NearMisses: [
        {
          Statement: {
            PolicyId: `arn:aws:iam::${at.account}:policy/readers`,
            PolicyVersionId: "v1",
            Sid: "Local",
            Index: 0,
          },
          FailedElement: "condition",
          Conditions: [
            {
              Operator: "IpAddress",
              ConditionKey: "aws:SourceIp",
              ExpectedValues: ["192.0.2.0/24"],
              ActualValues: ["127.0.0.1"],
            },
          ],
        },
      ],
      SuggestedStatements: [
        {
          PolicyType: "identity-based",
          Statement: JSON.stringify({
            Effect: "Allow",
            Action: "orders:GetOrder",
            Resource: `arn:aws:orders:us-east-1:${at.account}:order/1`,
          }),
        },
      ],
    });
    expect(denied.ContextEntries).toContainEqual({
      ContextKeyName: "aws:referer",
      ContextKeyValues: ["https://shop.example/"],
    });
    expect(JSON.stringify(denied)).not.toContain("hush");
    expect(await record({ DecisionId: denied.DecisionId })).toEqual({
      ...denied,
      EncodedMessage: expect.any(String),
    });
  });

  test("an explicit denial has its statement's text, and its message can be decoded", async () => {
    await at.call(ana, "DELETE", "/orders/2");
    const denied = await record({ DecisionId: lastDenial().decisionId });
    expect(denied.SuggestedStatements).toBeUndefined();
    const [verdict] = denied.Verdicts ?? [];
    expect(verdict).toMatchObject({ PolicyType: "identity-based", Outcome: "explicitDeny" });
    expect(JSON.parse(verdict?.Statements[0]?.Text ?? "")).toEqual({
      Sid: "NoDeletes",
      Effect: "Deny",
      Action: ["orders:DeleteOrder"],
      Resource: ["*"],
    });
    const { DecodedMessage = "" } = await at.sts.send(
      new DecodeAuthorizationMessageCommand({ EncodedMessage: denied.EncodedMessage }),
    );
    expect(JSON.parse(DecodedMessage)).toMatchObject({
      decisionId: denied.DecisionId,
      allowed: false,
      explicitDeny: true,
      matchedStatements: { items: [{ statementId: "NoDeletes", effect: "DENY" }] },
    });
    expect(await record({ EncodedMessage: denied.EncodedMessage })).toMatchObject({
      DecisionId: denied.DecisionId,
    });
  });

  test("a denial of the REST API is found by the message of its answer", async () => {
    const answer = await at.call(ana, "GET", "/prod/orders/3", {
      url: new URL(at.local.restUrl).origin,
    });
    expect(answer.status).toBe(403);
    const EncodedMessage: string = answer.body.encodedAuthorizationMessage;
    expect(await record({ EncodedMessage })).toMatchObject({ Action: "orders:GetOrder" });
    const tampered = `${EncodedMessage.slice(0, -4)}AAAA`;
    expect(await refusal(root.getDecision({ EncodedMessage: tampered }))).toEqual(NOT_FOUND);
  });

  test("a denial of the control API is found by the request id of its answer", async () => {
    const error = await at
      .iamAs(ana)
      .send(new GetUserCommand({ UserName: "ana" }))
      .catch((thrown: unknown) => thrown as { $metadata: { requestId: string } });
    const RequestId = "$metadata" in error ? error.$metadata.requestId : undefined;
    expect(await record({ RequestId })).toMatchObject({
      Action: "iam:GetUser",
      Outcome: "implicitDeny",
    });
  });

  const NOT_FOUND = {
    name: "ResourceNotFoundException",
    message: "The decision was not found. It does not exist, or is no longer kept.",
    status: 400,
  };

  test("a caller may ask for its own denials, without the policies, and for no others", async () => {
    await at.call(ana, "DELETE", "/orders/4");
    const DecisionId = lastDenial().decisionId;
    await record({ DecisionId });
    const { Decision } = await clientOf(ana).getDecision({ DecisionId });
    expect(Decision).toMatchObject({
      Outcome: "explicitDeny",
      Verdicts: [{ PolicyType: "identity-based", Outcome: "explicitDeny", Statements: [] }],
    });
    expect(JSON.stringify(Decision)).not.toContain("NoDeletes");
    const bob = clientOf(await addUser(at.iam, "bob"));
    const denied = {
      name: "AccessDeniedException",
      message: `User: arn:aws:iam::${at.account}:user/bob is not authorized to perform: portcullis:GetDecision on resource: * because no identity-based policy allows the portcullis:GetDecision action`,
      status: 400,
    };
    expect(await refusal(bob.getDecision({ DecisionId }))).toEqual(denied);
    expect(await refusal(bob.getDecision({ DecisionId: "unknown" }))).toEqual(denied);
  });

  test("unknown and malformed ids, and those of another account, have one answer", async () => {
    await at.call(ana, "DELETE", "/orders/5");
    const DecisionId = lastDenial().decisionId;
    const { EncodedMessage } = await record({ DecisionId });
    const tenant = await (await openOrganization(at)).open("shop");
    const other = clientOf(tenant.admin);
    for (const input of [
      { DecisionId },
      { RequestId: lastDenial().requestId },
      { EncodedMessage },
      { DecisionId: DecisionId.replace(/.$/, "0") },
      { DecisionId: "__proto__" },
      { RequestId: "a/b#c" },
    ])
      expect(await refusal(other.getDecision(input))).toEqual(NOT_FOUND);
    expect((await other.listDecisions()).Decisions).toEqual([]);
    for (const input of [{}, { DecisionId, RequestId: "x" }])
      expect(await refusal(root.getDecision(input))).toEqual({
        name: "ValidationException",
        message: "Give exactly one of DecisionId, RequestId and EncodedMessage.",
        status: 400,
      });
  });

  test("the list is newest first, filtered, and in pages", async () => {
    for (const path of ["/orders/a", "/orders/b", "/orders/c"]) await at.call(ana, "GET", path);
    const newest = lastDenial().decisionId;
    await record({ DecisionId: newest });
    const PrincipalArn = `arn:aws:iam::${at.account}:user/ana`;
    const ids: string[] = [];
    let NextToken: string | undefined;
    do {
      const page = await root.listDecisions({
        PrincipalArn,
        Action: "orders:getorder",
        Outcome: "implicitDeny",
        MaxResults: 2,
        NextToken,
      });
      expect(page.Decisions.length).toBeLessThanOrEqual(2);
      ids.push(...page.Decisions.map(({ DecisionId }) => DecisionId));
      NextToken = page.NextToken;
    } while (NextToken !== undefined);
    expect(ids[0]).toBe(newest);
    expect(ids).toEqual([...new Set(ids)].sort().reverse());
    const all = await root.listDecisions({ PrincipalArn, MaxResults: 100 });
    expect(all.Decisions.length).toBeGreaterThan(ids.length);
    expect(all.DroppedDecisions).toBe(0);
    const { Decisions } = await root.listDecisions({ Outcome: "allowed" });
    expect(Decisions).toEqual([]);
    const before = await root.listDecisions({ EndTime: new Date(Date.now() - 3_600_000) });
    expect(before.Decisions).toEqual([]);
    for (const [input, message] of [
      [{ NextToken: "forged" }, "The NextToken is not one that ListDecisions answered."],
      [{ StartTime: new Date(2e12), EndTime: new Date(1e12) }, "StartTime is after EndTime."],
    ] as const)
      expect(await refusal(root.listDecisions(input))).toEqual({
        name: "ValidationException",
        message,
        status: 400,
      });
    expect(await refusal(root.listDecisions({ MaxResults: 10_000 }))).toMatchObject({
      name: "ValidationException",
      message: expect.stringContaining("less than or equal to 100"),
    });
  });

  test("an allowed decision is recorded only while its principal is traced", async () => {
    const PrincipalArn = `arn:aws:iam::${at.account}:user/carol`;
    const carol = await addUser(at.iam, "carol", ["arn:aws:iam::aws:policy/AdministratorAccess"]);
    await at.call(carol, "GET", "/orders");
    const { Trace } = await root.startTrace({ PrincipalArn, DurationSeconds: 60 });
    expect(Trace.EndTime.getTime()).toBeGreaterThan(Date.now());
    expect(await root.listTraces()).toEqual({ Traces: [Trace] });
    expect(await refusal(clientOf(ana).listTraces())).toMatchObject({
      name: "AccessDeniedException",
      message: expect.stringContaining("perform: portcullis:ListTraces on resource: *"),
    });
    await at.call(carol, "GET", "/orders/7");
    const DecisionId = at.decisions.at(-1)?.decisionId;
    const traced = await record({ DecisionId });
    expect(traced).toMatchObject({ Outcome: "allowed", Action: "orders:GetOrder" });
    expect(traced.Verdicts?.[0]?.Statements[0]?.PolicyId).toBe(
      "arn:aws:iam::aws:policy/AdministratorAccess",
    );
    await root.stopTrace({ PrincipalArn });
    expect(await root.listTraces()).toEqual({ Traces: [] });
    await at.call(carol, "GET", "/orders/8");
    await at.call(ana, "GET", "/orders/9");
    await record({ DecisionId: lastDenial().decisionId });
    const { Decisions } = await root.listDecisions({ PrincipalArn });
    expect(Decisions.map((one) => one.DecisionId)).toEqual([DecisionId]);
    expect(await refusal(root.stopTrace({ PrincipalArn }))).toEqual({
      name: "ResourceNotFoundException",
      message: "The principal is not traced.",
      status: 400,
    });
    const foreign = { PrincipalArn: "arn:aws:iam::999999999999:user/carol" };
    expect(await refusal(root.startTrace(foreign))).toMatchObject({ name: "ValidationException" });
  });

  test("the client corrects a wrong clock, and gives up when it is told to", async () => {
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() - 3_600_000 });
    const wrong = clientOf(at.root);
    const input = { EndTime: new Date(0) };
    // The server has the same clock: its `date` is put right on the way.
    const now = Date.now() + 3_600_000;
    const answers: number[] = [];
    const send = globalThis.fetch;
    vi.stubGlobal("fetch", async (...call: Parameters<typeof fetch>) => {
      vi.setSystemTime(now);
      const response = await send(...call);
      vi.setSystemTime(now - 3_600_000);
      answers.push(response.status);
      return response;
    });
    try {
      expect((await wrong.listDecisions(input)).Decisions).toEqual([]);
      expect((await wrong.listDecisions(input)).Decisions).toEqual([]);
      expect(answers).toEqual([400, 200, 200]);
      const abortSignal = AbortSignal.abort();
      await expect(wrong.listDecisions({}, { abortSignal })).rejects.toThrow(/aborted/);
    } finally {
      vi.unstubAllGlobals();
      vi.useRealTimers();
    }
  });
});
