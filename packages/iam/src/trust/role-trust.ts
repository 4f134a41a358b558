import { type CompiledPolicy, compilePolicy, parsePolicy } from "@portcullis/policy";
import { accountOfIamArn, parseRoleArn } from "../arn.ts";
import type { Target } from "../model/operation.ts";
import { type AccountRecord, accountKey } from "../record/account.ts";
import { type RoleRecord, roleArn, roleKey } from "../record/role.ts";
import type { RecordKey, UnitOfWork } from "../storage/unit-of-work.ts";

/** What `roleOfArn` reads: the role's record and its account's. Nothing, for what is no role's ARN. */
export function recordsOfRole(
  arn: string,
): readonly [] | readonly [RecordKey<RoleRecord>, RecordKey<AccountRecord>] {
  const role = parseRoleArn(arn);
  return role === undefined ? [] : [roleKey(role.account, role.name), accountKey(role.account)];
}

/**
 * The role of an ARN; undefined when there is none whose ARN is exactly this, path and case included, or its account is closed.
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
 * A role as the target of `sts:AssumeRole*`. One that is not there trusts nobody: a refusal does not tell whether it exists.
 */
export function trustTarget(arn: string, role: RoleRecord | undefined): Target {
  const account = role?.account ?? accountOfIamArn(arn);
  return {
    arn,
    resourcePolicies: [role === undefined ? NOBODY : trustOf(role)],
    ...(account === undefined ? {} : { account }),
    ...(role === undefined ? {} : { tags: role.tags, refusalTarget: trustTarget(arn, undefined) }),
  };
}

// By text and ids: roles with the same trust share it.
const compiledTrusts = new Map<string, CompiledPolicy>();
const COMPILED_AT_MOST = 2000;

/** The role's trust policy, compiled; the principals in it are who they were when it was stored. */
export function trustOf({ name, trust }: RoleRecord): CompiledPolicy {
  const known = compiledTrusts.get(nameOfTrust(name, trust));
  if (known !== undefined) return known;
  const policy = compileTrust(name, trust);
  if (compiledTrusts.size >= COMPILED_AT_MOST)
    compiledTrusts.delete(compiledTrusts.keys().next().value ?? "");
  compiledTrusts.set(nameOfTrust(name, trust), policy);
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

const NOBODY = compileTrust("none", {
  document: JSON.stringify({
    Version: "2012-10-17",
    // The time is in every request, so this never applies: nobody is trusted, and nobody is told so expressly.
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
