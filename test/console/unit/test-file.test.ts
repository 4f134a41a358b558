import { accountIn, knownServices, parseData, runTests, worldOf } from "@portcullis/testing";
import { describe, expect, it } from "vitest";
import {
  type CaseDocument,
  casePolicies,
  casePolicy,
} from "../../../packages/console/src/pages/simulator/case-policies.ts";
import {
  contextOf,
  outcomeOf,
  type Simulation,
} from "../../../packages/console/src/pages/simulator/decide.ts";
import { testFileOf } from "../../../packages/console/src/pages/simulator/test-file.ts";
import { cellKey } from "../../../packages/console/src/pages/simulator/use-matrix.ts";

const NOW = new Date("2026-03-04T05:06:07Z");
const ACCOUNT = "100000000000";
const ORDER = `arn:aws:orders:us-east-1:${ACCOUNT}:order/7`;
const ROLE = `arn:aws:iam::${ACCOUNT}:role/team/auditor`;

const policy = (...statements: readonly object[]) =>
  JSON.stringify({ Version: "2012-10-17", Statement: statements });
const allow = (Action: string | string[], more: object = {}) => ({
  Effect: "Allow",
  Action,
  Resource: "*",
  ...more,
});

interface Case {
  readonly documents: readonly CaseDocument[];
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  readonly asked?: readonly string[];
  readonly typed?: Readonly<Record<string, readonly string[]>>;
  readonly principal?: Simulation["principal"];
}

const USER = {
  type: "User",
  account: ACCOUNT,
  arn: `arn:aws:iam::${ACCOUNT}:user/team/ana`,
  userId: "AIDAEXAMPLE",
} as const;

/** Decides a case, saves it, and runs the saved file as `portcullis policy test` does. */
function saved({ documents, actions, resources, asked = [], typed = {}, principal = USER }: Case) {
  const tags = [{ Key: "team", Value: "orders" }];
  const trust = documents.filter(({ part }) => part === "trust");
  const own = documents.filter(({ part }) => part !== "trust");
  const simulation: Simulation = {
    principal,
    policies: casePolicies(
      own,
      own.some(({ part }) => part === "boundary"),
      [],
    ),
    trust: new Map(
      trust.flatMap((document) => {
        const compiled = casePolicy(document, `trust ${ROLE}`);
        return compiled === undefined ? [] : [[ROLE, compiled] as const];
      }),
    ),
    context: contextOf(principal, tags, typed, () => false, NOW),
    gaps: [],
    levels: [],
  };
  const matrix = new Map(
    actions.flatMap((action) =>
      resources.map(
        (resource) => [cellKey(action, resource), outcomeOf(simulation, action, resource)] as const,
      ),
    ),
  );
  const file = testFileOf({ simulation, matrix, actions, resources, asked, tags, now: NOW });
  const data = parseData(JSON.stringify(file), "saved.test.json");
  const account = accountIn(data, () => {
    throw new Error("a saved file names no other");
  });
  const { results } = runTests(worldOf(account, knownServices([])), new Date(0));
  return {
    file,
    outcomes: results.map(({ expect }) => expect),
    failures: results.flatMap(({ failure }) => failure ?? []),
  };
}

describe("a case of the simulator as a test file", () => {
  it("decides the same: identity policies, boundary, levels of guardrails, context", () => {
    const { outcomes, failures, file } = saved({
      documents: [
        {
          part: "identity",
          name: "Reader, by group team",
          text: policy(
            allow(["orders:*", "iam:GetUser"], {
              Condition: {
                StringEquals: { "aws:username": "ana", "aws:PrincipalTag/team": "orders" },
              },
            }),
          ),
        },
        {
          part: "identity",
          name: "Reader, by group team",
          text: policy(
            allow("sts:GetSessionToken", {
              Condition: { DateLessThan: { "aws:CurrentTime": "2026-03-05T00:00:00Z" } },
            }),
          ),
        },
        { part: "boundary", name: "Limits", text: policy(allow(["orders:*", "sts:*"])) },
        { part: "serviceControl", name: "All", level: 0, text: policy(allow("*")) },
        {
          part: "serviceControl",
          name: "All",
          level: 1,
          text: policy(allow(["orders:*", "sts:*"])),
        },
        {
          part: "serviceControl",
          name: "NoDeletes",
          level: 1,
          text: policy({ Effect: "Deny", Action: "orders:DeleteOrder", Resource: "*" }),
        },
      ],
      actions: ["orders:GetOrder", "orders:DeleteOrder", "iam:GetUser", "sts:GetSessionToken"],
      resources: [ORDER],
      asked: ["aws:username", "aws:principaltag/team", "aws:currenttime"],
    });
    expect(failures).toEqual([]);
    expect(outcomes).toEqual(["allowed", "explicitDeny", "implicitDeny", "allowed"]);
    expect(file.serviceControl).toEqual([["All"], ["All-2", "NoDeletes"]]);
    expect(file.now).toBe(NOW.toISOString());
  });

  it("decides the same: session and resource-based policies, and a root user", () => {
    const role = {
      type: "AssumedRole",
      account: ACCOUNT,
      arn: `arn:aws:sts::${ACCOUNT}:assumed-role/worker/simulation`,
      userId: "AROAEXAMPLE:simulation",
      roleArn: `arn:aws:iam::${ACCOUNT}:role/worker`,
      roleId: "AROAEXAMPLE",
    } as const;
    const { outcomes, failures } = saved({
      principal: role,
      documents: [
        { part: "identity", name: "a", text: policy(allow("orders:*")) },
        { part: "session", name: "b", text: policy(allow(["orders:GetOrder"])) },
        {
          part: "resource",
          name: "c",
          text: policy({
            Effect: "Deny",
            Principal: "*",
            Action: "orders:GetOrder",
            Resource: ORDER,
            Condition: { Bool: { "aws:SecureTransport": "false" } },
          }),
        },
      ],
      actions: ["orders:GetOrder", "orders:DeleteOrder"],
      resources: [ORDER],
      asked: ["aws:securetransport"],
      typed: { "aws:securetransport": ["false"] },
    });
    expect(failures).toEqual([]);
    expect(outcomes).toEqual(["explicitDeny", "implicitDeny"]);
    const root = saved({
      principal: {
        type: "Root",
        account: ACCOUNT,
        arn: `arn:aws:iam::${ACCOUNT}:root`,
        userId: ACCOUNT,
      },
      documents: [],
      actions: ["orders:GetOrder"],
      resources: [ORDER],
    });
    expect(root).toMatchObject({ failures: [], outcomes: ["allowed"] });
  });

  it("decides the same: the trust policy of a role with a path", () => {
    const { outcomes, failures } = saved({
      documents: [
        { part: "identity", name: "a", text: policy(allow("sts:AssumeRole")) },
        {
          part: "trust",
          name: "Trust policy of auditor",
          text: policy({
            Effect: "Allow",
            Principal: { AWS: USER.arn },
            Action: "sts:AssumeRole",
          }),
        },
      ],
      actions: ["sts:AssumeRole", "sts:TagSession"],
      resources: [ROLE],
    });
    expect(failures).toEqual([]);
    expect(outcomes).toEqual(["allowed", "implicitDeny"]);
  });

  it("leaves out what is not known, and keeps hostile names as names", () => {
    const { file, failures } = saved({
      documents: [
        { part: "identity", name: "__proto__ <b>/../", text: policy(allow("sts:AssumeRole")) },
      ],
      actions: ["sts:AssumeRole", "orders:GetOrder"],
      resources: [ROLE],
    });
    expect(failures).toEqual([]);
    expect(file.tests.map(({ request }) => request)).toEqual([`orders:GetOrder ${ROLE}`]);
    expect(Object.keys(file.policies)).toEqual(["__proto__-b-.."]);
  });
});
