import { type CompiledPolicy, compilePolicy, parsePolicy } from "@portcullis/policy";
import { accountOfIamArn, parseRoleArn } from "../arn.ts";
import type { Target } from "../model/operation.ts";
import { type AccountRecord, accountKey } from "../record/account.ts";
import { type RoleRecord, roleArn, roleKey } from "../record/role.ts";
import type { RecordKey, UnitOfWork } from "../storage/unit-of-work.ts";

/**
 * The keys that `roleOfArn` reads: the role's and its account's. Empty if the ARN is not a role's.
 */
export function recordsOfRole(
  arn: string,
): readonly [] | readonly [RecordKey<RoleRecord>, RecordKey<AccountRecord>] {
  const role = parseRoleArn(arn);
  return role === undefined ? [] : [roleKey(role.account, role.name), accountKey(role.account)];
}

/**
 * The role of an ARN. Undefined if no role has exactly this ARN, including path and case, or if its
 * account is not active.
 */
export async function roleOfArn(
  unit: Pick<UnitOfWork, "getAll">,
  arn: string,
): Promise<RoleRecord | undefined> {
  const keys: readonly RecordKey<RoleRecord | AccountRecord>[] = recordsOfRole(arn);
  const [role, owner] = (await unit.getAll(keys)) as [
    RoleRecord | undefined,
    AccountRecord | undefined,
  ];
  return role && owner?.status === "ACTIVE" && roleArn(role) === arn ? role : undefined;
}

/**
 * A role as the target of `sts:AssumeRole*`. A role that does not exist trusts no principal, so a
 * denial does not reveal whether it exists.
 */
export function trustTarget(arn: string, role: RoleRecord | undefined): Target {
  const account = role?.account ?? accountOfIamArn(arn);
  return {
    arn,
    resourcePolicies: [role === undefined ? noTrust() : trustOf(role)],
    ...(account === undefined ? {} : { account }),
    ...(role === undefined ? {} : { tags: role.tags, refusalTarget: trustTarget(arn, undefined) }),
  };
}

// Keyed by name, document and ids.
const compiledTrusts = new Map<string, CompiledPolicy>();
const MAX_COMPILED = 2000;
/**
 * A longer document is mostly white space, which quotas do not count. It is compiled at each use:
 * cached, such documents would take hundreds of megabytes.
 */
const MAX_CACHED_CHARACTERS = 10_000;

/**
 * The compiled trust policy of a role. Its principals are those that it named when it was stored.
 */
export function trustOf({ name, trust }: RoleRecord): CompiledPolicy {
  const key = nameOfTrust(name, trust);
  if (key.length > MAX_CACHED_CHARACTERS) return compileTrust(name, trust);
  const known = compiledTrusts.get(key);
  if (known !== undefined) return known;
  const policy = compileTrust(name, trust);
  if (compiledTrusts.size >= MAX_COMPILED)
    compiledTrusts.delete(compiledTrusts.keys().next().value ?? "");
  compiledTrusts.set(key, policy);
  return policy;
}

const nameOfTrust = (name: string, { document, principalIds }: RoleRecord["trust"]): string =>
  JSON.stringify([name, document, principalIds]);

function compileTrust(
  policyId: string,
  { document, principalIds }: RoleRecord["trust"],
): CompiledPolicy {
  const parsed = parsePolicy(document, "trust");
  if (!parsed.ok)
    throw new Error(
      `the stored trust policy of ${policyId} cannot be read: ${parsed.issues[0]?.message}`,
    );
  return compilePolicy(parsed.policy, {
    policyId,
    type: "role trust",
    principalIds: new Map(principalIds),
  });
}

let compiledNoTrust: CompiledPolicy | undefined;

/** Compiled on first use: an authorizer has none. */
function noTrust(): CompiledPolicy {
  compiledNoTrust ??= compileTrust("none", {
    document: JSON.stringify({
      Version: "2012-10-17",
      // Every request has the time, so this statement never applies. The policy allows nothing and
      // is no explicit deny.
      Statement: [
        {
          Effect: "Deny",
          Principal: "*",
          Action: "sts:AssumeRole",
          Condition: { Null: { "aws:CurrentTime": "true" } },
        },
      ],
    }),
    principalIds: [],
  });
  return compiledNoTrust;
}
