import { type CacheablePolicy, cacheablePolicy, resolveRequest } from "@portcullis/authorizer";
import { createRouter } from "@portcullis/authorizer/route";
import { defineService } from "@portcullis/authorizer/service-definition";
import type { Caller } from "@portcullis/iam/caller";
import {
  type ApplicablePolicies,
  authorize,
  compilePolicy,
  type PolicyType,
  parsePolicy,
} from "@portcullis/policy";
import { policyVerdict } from "../../packages/local/src/gateway/verdict.ts";

export const ACCOUNT = "123456789012";
export const service = defineService({
  service: "shop",
  routes: {
    "GET /carts": { action: "shop:ListCarts", resource: "*" },
    "GET /carts/{id}": { action: "shop:GetCart", resource: "cart/{id}" },
    "GET /carts/{id}/items": { action: "shop:ListItems", resource: "cart/{id}" },
    "DELETE /carts/{id}": { action: "shop:DeleteCart", resource: "cart/{id}" },
    "GET /of/{account}/carts/{id}": {
      action: "shop:GetCart",
      resource: "cart/{id}",
      accountFrom: "account",
    },
  },
});
export const routes = [...Object.keys(service.routes), "GET /", "GET /me", "ANY /files/{path+}"];
export const options = { routes, service, region: "eu-west-1", apiId: "shop", stage: "prod" };
export const PATHS = [
  "GET /carts",
  "GET /carts/1",
  "GET /carts/items",
  "GET /carts/1/items",
  "GET /carts/mine-1/items",
  "DELETE /carts/1",
  `GET /of/${ACCOUNT}/carts/1`,
  "GET /of/999999999999/carts/1",
  "GET /",
  "GET /me",
  "GET /files/a",
  "POST /files/a/b",
  "PUT /files/carts/1",
];

export const caller = (
  policies: ApplicablePolicies,
  principal: Partial<Caller["principal"]> = {},
): Caller => ({
  principal: {
    type: "User",
    account: ACCOUNT,
    arn: `arn:aws:iam::${ACCOUNT}:user/u`,
    userId: "AIDA",
    ...principal,
  } as Caller["principal"],
  account: ACCOUNT,
  accessKeyId: "",
  policies,
  tags: [],
});
export const compile = (statements: readonly object[], type: PolicyType = "identity-based") => {
  const parsed = parsePolicy(
    JSON.stringify({ Version: "2012-10-17", Statement: statements }),
    "identity",
  );
  if (!parsed.ok) throw new Error(parsed.issues[0]?.message);
  return compilePolicy(parsed.policy, { policyId: "p", type });
};

export const router = createRouter(routes);
/** What the authorizer itself would decide of one request. */
export function decided(of: Caller, path: string): boolean {
  const [method = "", target = ""] = path.split(" ");
  const match = router(method, target);
  if (match === undefined) throw new Error(path);
  const requested = resolveRequest(
    service,
    { ...options, ...match, method, path: target, query: () => [], header: () => [] },
    ACCOUNT,
  );
  if ("unresolved" in requested) return false;
  return requested.resources.every(
    (resource) =>
      authorize({
        principal: of.principal,
        action: requested.action,
        resource,
        ...(requested.account === undefined ? {} : { resourceAccount: requested.account }),
        context: new Map(),
        policies: of.policies,
      }).outcome === "allowed",
  );
}

/** What API Gateway makes of the cached answer for that request. */
export function cached(of: Caller, path: string): boolean | undefined {
  return isLetThrough(cacheablePolicy(of, options), path);
}

export function isLetThrough(answer: CacheablePolicy, path: string): boolean | undefined {
  if (!answer.ok) return undefined;
  const prefix = "arn:aws:execute-api:eu-west-1:111122223333:a1b2c3/prod/";
  const Statement = answer.statements.map(({ effect, methods }) => ({
    Effect: effect,
    Action: "execute-api:Invoke",
    Resource: methods.map((method) => `${prefix}${method}`),
  }));
  const called = {
    kind: "answered" as const,
    answer: { principalId: "p", policyDocument: { Version: "2012-10-17", Statement } },
  };
  return policyVerdict(called, prefix + path.replace(" /", "/"), false).kind === "allowed";
}
