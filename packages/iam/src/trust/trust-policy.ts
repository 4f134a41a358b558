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
 * Validates a trust policy and resolves its principals for storage. Each user and role in it must
 * exist in an account of the installation. It is stored with its unique id, so a user or role that
 * is created again under the name is not trusted (IAM UG/reference_policies_elements_principal). An
 * account need not exist: its id is never reassigned.
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
 * Trust policies as answers show them: with the current ARN of a renamed or moved user, and with
 * the unique id in place of the ARN of a deleted principal. Takes one read for all policies, and a
 * second one if an ARN has changed its meaning.
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

/** The current ARNs of renamed or moved users, by unique id. Roles can't be renamed. */
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

/** A trust policy as answers show it. */
export async function showTrust(scope: Scope, trust: TrustPolicy): Promise<string> {
  return (await showTrusts(scope, [trust]))[0] ?? trust.document;
}

/** The checks of principals that are neither users, roles nor role sessions. */
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

/**
 * The unique ids of the users, roles and role sessions (`AROA...:session`) among the ARNs that
 * exist.
 */
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
  /** The unique id of the record, if the record has exactly this ARN, including its path. */
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
