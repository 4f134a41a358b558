import {
  type AuthorizationRequest,
  authorize,
  type Decision,
  type Principal,
} from "@portcullis/policy";
import { describe, expect, it } from "vitest";
import { withApiPolicy } from "../../packages/authorizer/src/evaluation/api-policy.ts";
import { compiledPolicy } from "../../packages/authorizer/src/policies/compiled-policies.ts";
import { document } from "../support/people.ts";

const owner = "100000000000";
const elsewhere = "200000000000";
const user = (account: string): Principal => ({
  type: "User",
  account,
  arn: `arn:aws:iam::${account}:user/ana`,
  userId: "AIDAANA",
});
const own: Record<"allow" | "deny" | "none", Decision> = {
  allow: { outcome: "allowed", statements: [] },
  deny: { outcome: "explicitDeny", deniedBy: "identity-based", statements: [] },
  none: { outcome: "implicitDeny", missing: "identity-based", statements: [] },
};
const api = "arn:aws:execute-api:us-east-1:100000000000:orders/$default";
const statement = (
  Effect: "Allow" | "Deny",
  Principal: unknown,
  Resource = `${api}/GET/orders`,
) => ({
  Effect,
  Principal,
  Action: "execute-api:Invoke",
  Resource,
});
const request = {
  method: "GET",
  path: "/orders",
  routeKey: "GET /orders",
  pathParameters: {},
  query: () => [],
  header: () => [],
  apiId: "orders",
  stage: "$default",
  region: "us-east-1",
} as const;

const requested = (
  principal: Principal,
  policies: AuthorizationRequest["policies"] = { identity: [] },
): AuthorizationRequest => ({
  principal,
  action: "orders:ListOrders",
  resource: `arn:aws:orders:us-east-1:${owner}:*`,
  context: new Map(),
  policies,
});

function outcome(
  caller: Principal,
  identity: keyof typeof own,
  ...statements: readonly object[]
): Decision["outcome"] {
  const policy =
    statements.length === 0
      ? undefined
      : compiledPolicy(document(...statements), "api", "resource-based", "resource");
  return withApiPolicy(own[identity], { owner, policy }, request, requested(caller)).outcome;
}

describe("an API's resource policy (API Gateway DG/apigateway-authorization-flow, table B)", () => {
  const allows = statement("Allow", "*");
  const denies = statement("Deny", "*");
  const speaksOfOthers = statement("Allow", "*", `${api}/GET/other`);

  it.each([
    // what the caller's policies say, what the API's says, in the owner's account, across accounts
    ["allow", allows, "allowed", "allowed"],
    ["allow", speaksOfOthers, "allowed", "implicitDeny"],
    ["allow", denies, "explicitDeny", "explicitDeny"],
    ["none", allows, "allowed", "implicitDeny"],
    ["none", speaksOfOthers, "implicitDeny", "implicitDeny"],
    ["none", denies, "explicitDeny", "explicitDeny"],
    ["deny", allows, "explicitDeny", "explicitDeny"],
    ["deny", speaksOfOthers, "explicitDeny", "explicitDeny"],
    ["deny", denies, "explicitDeny", "explicitDeny"],
  ] as const)("caller's policies: %s", (identity, ofApi, same, across) => {
    expect(outcome(user(owner), identity, ofApi)).toBe(same);
    expect(outcome(user(elsewhere), identity, ofApi)).toBe(across);
  });

  it("leaves everything to the caller's policies where there is none", () => {
    for (const account of [owner, elsewhere]) {
      expect(outcome(user(account), "allow")).toBe("allowed");
      expect(outcome(user(account), "none")).toBe("implicitDeny");
    }
  });

  it("names accounts, which then decide for themselves, and principals, who need nothing more at home", () => {
    const account = statement("Allow", { AWS: owner });
    expect(outcome(user(owner), "none", account)).toBe("implicitDeny");
    expect(outcome(user(owner), "allow", account)).toBe("allowed");
    const principal = statement("Allow", { AWS: `arn:aws:iam::${owner}:user/ana` });
    expect(outcome(user(owner), "none", principal)).toBe("allowed");
    const foreign = statement("Allow", { AWS: elsewhere });
    expect(outcome(user(elsewhere), "allow", foreign)).toBe("allowed");
    expect(outcome(user("300000000000"), "allow", foreign)).toBe("implicitDeny");
  });

  it("denies where the path can be read in several ways", () => {
    const policy = compiledPolicy(document(allows), "api", "resource-based", "resource");
    const unclear = { ...request, path: undefined };
    const decision = withApiPolicy(own.allow, { owner, policy }, unclear, requested(user(owner)));
    expect(decision.outcome).toBe("implicitDeny");
  });

  it.each([
    ["neither", [], "implicitDeny"],
    ["the one as it came", [`${api}/GET/orders/`], "implicitDeny"],
    ["the one without the slash", [`${api}/GET/orders`], "implicitDeny"],
    ["both", [`${api}/GET/orders/`, `${api}/GET/orders`], "allowed"],
  ] as const)(
    "counts for a path with and without its last slash: allows %s",
    (_, paths, expected) => {
      const slash = { ...request, path: "/orders/" };
      const decided = (...statements: readonly object[]) => {
        const policy = compiledPolicy(document(...statements), "api", "resource-based", "resource");
        const put = requested(user(owner));
        return withApiPolicy(own.none, { owner, policy }, slash, put).outcome;
      };
      const allow = paths.map((path) => statement("Allow", "*", path));
      const elsewhere = statement("Allow", "*", `${api}/GET/elsewhere`);
      expect(decided(elsewhere, ...allow)).toBe(expected);
      // A deny of either form denies, whatever is allowed.
      const everything = statement("Allow", "*", `${api}/*`);
      for (const path of paths)
        expect(decided(everything, statement("Deny", "*", path))).toBe("explicitDeny");
    },
  );

  it("keeps the caller's reason where neither allows", () => {
    const policy = compiledPolicy(document(speaksOfOthers), "api", "resource-based", "resource");
    const put = requested(user(owner));
    expect(withApiPolicy(own.none, { owner, policy }, request, put)).toBe(own.none);
    expect(withApiPolicy(own.allow, { owner, policy }, request, put)).toBe(own.allow);
  });

  it("replaces the identity policies of a role that it names, never the limits put on it", () => {
    const roleArn = `arn:aws:iam::${owner}:role/r`;
    const arn = `arn:aws:sts::${owner}:assumed-role/r/s`;
    const session: Principal = {
      type: "AssumedRole",
      account: owner,
      arn,
      userId: "AROAR:s",
      roleArn,
      roleId: "AROAR",
    };
    const limit = (...statements: readonly object[]) => [
      compiledPolicy(document(...statements), "limit", "session", "session"),
    ];
    const everything = limit({ Effect: "Allow", Action: "*", Resource: "*" });
    const little = limit({ Effect: "Allow", Action: "orders:GetOrder", Resource: "*" });
    const says = (named: string, policies: AuthorizationRequest["policies"]) => {
      const policy = compiledPolicy(
        document(statement("Allow", { AWS: named })),
        "api",
        "resource-based",
        "resource",
      );
      const put = requested(session, policies);
      return withApiPolicy(authorize(put), { owner, policy }, request, put).outcome;
    };
    const nothing = { identity: [] };
    expect(says(roleArn, nothing)).toBe("allowed");
    for (const limits of [{ session: everything }, { boundary: everything }])
      expect(says(roleArn, { ...nothing, ...limits })).toBe("allowed");
    for (const limits of [{ session: little }, { boundary: little }]) {
      expect(says(roleArn, { ...nothing, ...limits })).toBe("implicitDeny");
      expect(says(arn, { ...nothing, ...limits })).toBe("allowed");
    }
    // As before, where the role's own policies allow and its limits alone do not.
    const mighty = { identity: everything };
    for (const limits of [{ session: little }, { boundary: little }]) {
      expect(says(roleArn, { ...mighty, ...limits })).toBe("implicitDeny");
      expect(says(arn, { ...mighty, ...limits })).toBe("allowed");
    }
    for (const named of [roleArn, arn])
      expect(says(named, { ...nothing, serviceControl: [little] })).toBe("implicitDeny");
  });

  it("opens no resource of another account", () => {
    const policy = compiledPolicy(document(allows), "api", "resource-based", "resource");
    const put = {
      ...requested(user(owner)),
      resource: `arn:aws:orders:us-east-1:${elsewhere}:order/1`,
      resourceAccount: elsewhere,
    };
    expect(withApiPolicy(authorize(put), { owner, policy }, request, put).outcome).toBe(
      "implicitDeny",
    );
  });
});
