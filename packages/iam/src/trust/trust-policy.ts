import { assumedRoleArn, parseUserArn } from "../arn.ts";
import { checkDocument, documentSize } from "../document.ts";
import { ApiError } from "../error.ts";
import type { OperationContext } from "../model/operation.ts";
import { renamedUserKey } from "../record/renamed-user.ts";
import { type RoleRecord, roleArn, roleKey, type TrustPolicy } from "../record/role.ts";
import { type UserRecord, userArn, userKey } from "../record/user.ts";
import { LIMITS } from "../settings.ts";
import type { RecordKey } from "../storage/unit-of-work.ts";
import { isServicePrincipal } from "./service-principal.ts";
import { mapPrincipals, principalsOf } from "./trust-principals.ts";

type Scope = Pick<OperationContext, "unit">;

/**
 * A trust document made ready to be stored. Each user and role that it names must exist, here or in another account of the
 * installation, and is kept by its unique id: whoever takes the name later is not trusted
 * (IAM UG/reference_policies_elements_principal). An account needs not exist: its id is never given to another.
 * @throws {ApiError} `MalformedPolicyDocument`, `LimitExceeded`
 */
export async function bindTrust(scope: Scope, document: string): Promise<TrustPolicy> {
  checkDocument(document, "trust");
  if (documentSize(document) > LIMITS.trustPolicySize) {
    throw new ApiError(
      "LimitExceeded",
      `Cannot exceed quota for ACLSizePerRole: ${LIMITS.trustPolicySize}`,
    );
  }
  const principals = principalsOf(document);
  const ids = await idsOf(
    scope,
    principals.flatMap(({ kind, value }) => (kind === "AWS" ? [value] : [])),
  );
  for (const { kind, value } of principals) {
    if (!(CHECKS.get(kind)?.(value) ?? false) && !ids.has(value))
      throw invalidPrincipal(kind, value);
  }
  return { document, principalIds: [...ids] };
}

/**
 * Trust documents as they read now: with the present ARN of a user that was renamed or moved, and the bare unique id in place of
 * an ARN whose user or role is gone, or was made anew. One read for all of them, and one more when an ARN has changed its meaning.
 */
export async function showTrusts(
  scope: Scope,
  trusts: readonly TrustPolicy[],
): Promise<readonly string[]> {
  const now = await idsOf(
    scope,
    trusts.flatMap(({ principalIds }) => principalIds.map(([arn]) => arn)),
  );
  const changed = trusts.map(({ principalIds }) =>
    principalIds.filter(([arn, id]) => now.get(arn) !== id),
  );
  const present = await presentArns(scope, changed.flat());
  return trusts.map(({ document }, index) => {
    const shown = new Map(changed[index]?.map(([arn, id]) => [arn, present.get(id) ?? id]));
    return shown.size === 0
      ? document
      : mapPrincipals(document, ({ value }) => shown.get(value) ?? value);
  });
}

/** By unique id the ARNs of those that were renamed or moved and still exist. Only users can be. */
async function presentArns(
  { unit }: Scope,
  principals: TrustPolicy["principalIds"],
): Promise<ReadonlyMap<string, string>> {
  const users = principals.flatMap(([arn, id]) => {
    const account = parseUserArn(arn)?.account;
    return account === undefined ? [] : [{ account, id }];
  });
  const renamed = await unit.getAll(users.map(({ account, id }) => renamedUserKey(account, id)));
  return new Map(
    users.flatMap(({ account, id }, index) => {
      const found = renamed[index];
      return found === undefined ? [] : [[id, userArn({ account, ...found })]];
    }),
  );
}

export async function showTrust(scope: Scope, trust: TrustPolicy): Promise<string> {
  return (await showTrusts(scope, [trust]))[0] ?? trust.document;
}

/** What a principal that is no user, role or role session may look like. */
const CHECKS: ReadonlyMap<string, (value: string) => boolean> = new Map([
  [
    "AWS",
    (value) =>
      /^(\*|\d{12}|arn:aws:iam::\d{12}:root|arn:aws:sts::\d{12}:federated-user\/[\w+=,.@-]{2,32})$/.test(
        value,
      ),
  ],
  ["Service", isServicePrincipal],
  ["Federated", isFederated],
]);

function isFederated(value: string): boolean {
  if (/^arn:aws:iam::\d{12}:(saml|oidc)-provider\/\S+$/.test(value)) return true;
  if (/^([a-z0-9-]+\.)+[a-z]{2,}$/i.test(value)) return true;
  throw new ApiError(
    "MalformedPolicyDocument",
    "Federated principals must be valid domain names or SAML metadata ARNs",
  );
}

/** The unique id of each user, role and role session (`AROA...:session`) among these ARNs that exists. */
async function idsOf(
  { unit }: Scope,
  arns: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const entities = [...new Set(arns)].flatMap((arn) => entityOf(arn) ?? []);
  const records = await unit.getAll(entities.map(({ key }) => key));
  const ids = entities.map(({ arn, idOf }, index) => [arn, idOf(records[index])] as const);
  return new Map(ids.flatMap(([arn, id]) => (id === undefined ? [] : [[arn, id]])));
}

type EntityRecord = UserRecord | RoleRecord;

interface Entity {
  readonly arn: string;
  readonly key: RecordKey<EntityRecord>;
  /** The unique id of what was found under the key, if that is what the ARN means: paths count. */
  readonly idOf: (record: EntityRecord | undefined) => string | undefined;
}

function entityOf(arn: string): Entity | undefined {
  const [, , service, , account = "", resource = ""] = arn.split(":");
  const [kind, ...names] = resource.split("/");
  if (!/^\d{12}$/.test(account)) return undefined;
  const last = names.at(-1) ?? "";
  if (service === "iam" && kind === "user") {
    const idOf = (record: EntityRecord | undefined) =>
      record && "principal" in record && userArn(record.principal) === arn
        ? record.principal.id
        : undefined;
    return { arn, key: userKey(account, last), idOf };
  }
  if (service === "iam" && kind === "role") {
    const idOf = (record: EntityRecord | undefined) =>
      record && "trust" in record && roleArn(record) === arn ? record.id : undefined;
    return { arn, key: roleKey(account, last), idOf };
  }
  if (service === "sts" && kind === "assumed-role" && names.length === 2) {
    const [role = "", session = ""] = names;
    const named = assumedRoleArn(account, role, session);
    const idOf = (record: EntityRecord | undefined) =>
      record &&
      "trust" in record &&
      record.name === role &&
      named === arn &&
      SESSION_NAME.test(session)
        ? `${record.id}:${session}`
        : undefined;
    return { arn, key: roleKey(account, role), idOf };
  }
  return undefined;
}

const SESSION_NAME = /^[\w+=,.@-]{2,64}$/;

const invalidPrincipal = (kind: string, value: string): ApiError =>
  new ApiError(
    "MalformedPolicyDocument",
    `Invalid principal in policy: "${kind.toUpperCase()}":"${value}"`,
  );
