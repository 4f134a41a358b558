import { describe, expect, it } from "vitest";
import {
  casePolicies,
  casePolicy,
} from "../../../packages/console/src/pages/simulator/case-policies.ts";
import {
  askedKeys,
  valueProblem,
} from "../../../packages/console/src/pages/simulator/context-keys.ts";
import {
  contextOf,
  gapsOf,
  outcomeOf,
  type Simulation,
} from "../../../packages/console/src/pages/simulator/decide.ts";
import {
  actionProblem,
  caseOf,
  EMPTY_CASE,
  fragmentOf,
  type PastedDocument,
  resourceProblem,
  type SimulationCase,
} from "../../../packages/console/src/pages/simulator/simulation-case.ts";
import { partsOf } from "../../../packages/console/src/pages/simulator/statement-text.tsx";

const document = (...statements: readonly object[]) =>
  JSON.stringify({ Version: "2012-10-17", Statement: statements });
const allow = (Action: string, more: object = {}) =>
  document({ Effect: "Allow", Action, Resource: "*", ...more });
const deny = (Action: string) => document({ Effect: "Deny", Action, Resource: "*" });

const ARN = "arn:aws:iam::100000000000:user/ana";
const ROLE = "arn:aws:iam::100000000000:role/auditor";

function simulation(
  pasted: readonly PastedDocument[],
  more: Partial<Pick<Simulation, "gaps" | "trust">> = {},
): Simulation {
  const principal = { type: "User", account: "100000000000", arn: ARN, userId: "AIDA" } as const;
  return {
    principal,
    policies: casePolicies([], false, pasted),
    trust: new Map(),
    context: contextOf(principal, [], {}, () => false, new Date(0)),
    gaps: [],
    levels: [],
    ...more,
  };
}

describe("a link of the simulator", () => {
  it("holds the whole case", () => {
    const value: SimulationCase = {
      subject: { kind: "role", name: "a/b=&#" },
      documents: [
        { part: "resource", text: '{"é": "&resource=%"}' },
        { part: "session", text: "not json" },
      ],
      actions: "orders:GetOrder\norders:ListOrders",
      resources: "*\narn:aws:orders:::order/é #1",
      context: { "aws:sourceip": ["203.0.113.7"], "aws:tagkeys": ["a", "b"], "x:y": [] },
    };
    expect(caseOf(`#${fragmentOf(value)}`)).toEqual(value);
  });

  it("is not followed where it is no case, and is bounded", () => {
    expect(caseOf("")).toEqual(EMPTY_CASE);
    expect(caseOf("#content")).toEqual(EMPTY_CASE);
    expect(caseOf("#as=nobody/x").subject).toEqual(EMPTY_CASE.subject);
    const many = Array.from({ length: 2000 }, (_, at) => `key.k${at}=v`).join("&");
    expect(Object.keys(caseOf(`#as=root&${many}`).context)).toHaveLength(100);
    const { context } = caseOf("#as=root&key.__proto__=x");
    expect(Object.getPrototypeOf(context)).toBe(Object.prototype);
    expect(Object.keys(context)).toEqual(["__proto__"]);
  });

  it("names what is no request", () => {
    expect(actionProblem(["iam:GetUser"])).toBeUndefined();
    expect(actionProblem(["iam:Get*"])).toBe("A request has one action: iam:Get* has a wildcard.");
    expect(actionProblem(["iam"])).toContain("iam is no action.");
    expect(resourceProblem(["*", ROLE])).toBeUndefined();
    expect(resourceProblem(["orders"])).toContain("orders is no ARN.");
  });
});

describe("decisions of the simulator", () => {
  it("are those of all kinds of policies together", () => {
    const identity = { part: "identity", text: allow("orders:*") } as const;
    const decide = (...more: readonly PastedDocument[]) =>
      outcomeOf(simulation([identity, ...more]), "orders:GetOrder", "*");
    expect(decide()).toBe("allowed");
    expect(decide({ part: "boundary", text: allow("iam:*") })).toBe("implicitDeny");
    expect(decide({ part: "session", text: allow("orders:GetOrder") })).toBe("allowed");
    expect(decide({ part: "session", text: allow("orders:ListOrders") })).toBe("implicitDeny");
    expect(decide({ part: "serviceControl", text: allow("iam:*") })).toBe("implicitDeny");
    expect(decide({ part: "serviceControl", text: deny("orders:*") })).toBe("explicitDeny");
  });

  it("are not known where something can't be read, except for a deny", () => {
    const gaps = ["unread"];
    const parts = [
      { part: "identity", text: allow("*") },
      { part: "identity", text: deny("orders:DeleteOrder") },
    ] as const;
    const partial = simulation(parts, { gaps });
    expect(outcomeOf(partial, "orders:GetOrder", "*")).toBe("unknown");
    expect(outcomeOf(partial, "orders:DeleteOrder", "*")).toBe("explicitDeny");
  });

  it("name no allow for a role whose trust policy is not known", () => {
    const may = { part: "identity", text: allow("sts:AssumeRole") } as const;
    const trusting = (value: string) =>
      document({ Effect: "Allow", Action: "sts:AssumeRole", Principal: { AWS: value } });
    expect(outcomeOf(simulation([may]), "sts:AssumeRole", ROLE)).toBe("unknown");
    expect(gapsOf(simulation([may]), "sts:AssumeRole", ROLE)[0]).toContain("can't be read");
    const own = casePolicy({ part: "trust", name: "t", text: trusting(ARN) }, "t");
    const trust = new Map(own === undefined ? [] : [[ROLE, own] as const]);
    expect(outcomeOf(simulation([may], { trust }), "sts:AssumeRole", ROLE)).toBe("allowed");
    // A pasted one takes its place.
    const other = { part: "trust", text: trusting("arn:aws:iam::111122223333:root") } as const;
    expect(outcomeOf(simulation([may, other], { trust }), "sts:AssumeRole", ROLE)).toBe(
      "implicitDeny",
    );
    // It does not decide about anything else.
    expect(outcomeOf(simulation([may, other]), "sts:GetCallerIdentity", "*")).toBe("implicitDeny");
  });

  it("say which documents are not valid", () => {
    const { invalid } = casePolicies([], false, [{ part: "identity", text: "{" }]);
    expect(invalid).toEqual(["Pasted document 1"]);
  });
});

describe("context keys", () => {
  const keysOf = (Condition: object) => {
    const policy = casePolicy(
      { part: "identity", name: "p", text: allow("a:B", { Condition }) },
      "p",
    );
    return askedKeys(policy === undefined ? [] : [policy.compiled.policy]);
  };

  it("have inputs that suit their operators, and the policies' values to choose from", () => {
    const keys = keysOf({
      Bool: { "aws:SecureTransport": "false" },
      IpAddress: { "aws:SourceIp": "203.0.113.0/24" },
      NumericLessThan: { "aws:MultiFactorAuthAge": "3600" },
      DateGreaterThan: { "aws:CurrentTime": "2026-01-01T00:00:00Z" },
      "ForAnyValue:StringEquals": { "aws:TagKeys": ["team"] },
      Null: { "orders:Status": "false" },
      // biome-ignore lint/suspicious/noTemplateCurlyInString: a policy variable
      StringLike: { "orders:Owner": ["${aws:username}", "ana", "b*"] },
    });
    expect(keys.map(({ name, input }) => [name, input])).toEqual([
      ["aws:SecureTransport", "boolean"],
      ["aws:SourceIp", "address"],
      ["aws:MultiFactorAuthAge", "number"],
      ["aws:CurrentTime", "date"],
      ["aws:TagKeys", "list"],
      ["orders:Status", "text"],
      ["orders:Owner", "text"],
      ["aws:username", "text"],
    ]);
    expect(keys.find(({ name }) => name === "orders:Owner")?.suggestions).toEqual(["ana"]);
    expect(keys.find(({ name }) => name === "orders:Status")?.suggestions).toEqual([]);
  });

  it("report values of another type", () => {
    expect(valueProblem("number", "12.5")).toBeUndefined();
    expect(valueProblem("number", "x")).toBe("This is no number.");
    expect(valueProblem("address", "2001:db8::1")).toBeUndefined();
    expect(valueProblem("address", "here")).toBe("This is no IP address.");
    expect(valueProblem("date", "soon")).toContain("This is no date.");
  });

  it("have the values of a request unless somebody types others", () => {
    const { principal } = simulation([]);
    const tags = [{ Key: "Team", Value: "orders" }];
    const context = contextOf(
      principal,
      tags,
      { "aws:username": [], "a:list": ["x"] },
      (key) => key === "a:list",
      new Date(0),
    );
    expect(context.get("aws:principaltag/team")).toBe("orders");
    expect(context.get("aws:principalarn")).toBe(ARN);
    expect(context.has("aws:username")).toBe(false);
    expect(context.get("a:list")).toEqual(["x"]);
    expect(context.get("aws:currenttime")).toBe("1970-01-01T00:00:00.000Z");
  });
});

describe("a statement in its text", () => {
  it("is cut out of the document as it is shown", () => {
    const text = document(
      { Effect: "Allow", Action: "a:B", Resource: "*" },
      { Effect: "Deny", Action: "a:C", Resource: "*" },
    );
    const parts = partsOf({ part: "identity", text }, 1);
    expect(JSON.parse(parts?.statement ?? "")).toEqual({
      Effect: "Deny",
      Action: "a:C",
      Resource: "*",
    });
    expect(parts?.line).toBe(9);
    expect(JSON.parse(`${parts?.before}${parts?.statement}${parts?.after}`)).toEqual(
      JSON.parse(text),
    );
    const written = text.replace('{"Effect":"Deny"', '\n{"Effect":"Deny"');
    expect(partsOf({ part: "identity", text: written }, 1)).toMatchObject({ line: 2 });
  });
});
