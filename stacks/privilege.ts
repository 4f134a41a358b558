import { type Partition, partitionPattern } from "../packages/iam/src/record/partition.ts";
import type { IdentityStore } from "./identity-store.ts";
import type { Permission } from "./least-privilege-function.ts";
import { installation } from "./stage.ts";

/** The functions that have a role on the identity store. */
export type Privileged =
  | "access_analyzer"
  | "access_evaluation"
  | "authorizer"
  | "cloudtrail"
  | "iam"
  | "issuer"
  | "organizations"
  | "portcullis"
  | "setup"
  | "signin"
  | "sts"
  | "usage";

/**
 * The permissions of each function's role on the identity store: one row for each function, and
 * nothing else is allowed. A transaction needs the permissions of its parts (GetItem for reads,
 * ConditionCheckItem for checks, ...): TransactWriteItems and TransactGetItems have no action of
 * their own.
 */
const PRIVILEGES: Readonly<Record<Privileged, (store: IdentityStore) => readonly Permission[]>> = {
  setup: (store) => [
    onTable(
      store,
      ["dynamodb:BatchGetItem", "dynamodb:PutItem", "dynamodb:UpdateItem"],
      only([...management(store, SET_UP), CLAIM]),
    ),
    onKey(store, ["kms:Decrypt", "kms:Encrypt"]),
    ...onSigningKeys(store, ["kms:GetPublicKey"]),
  ],
  iam: (store) => [
    onTable(store, [
      "dynamodb:BatchGetItem",
      "dynamodb:ConditionCheckItem",
      "dynamodb:GetItem",
      "dynamodb:Query",
    ]),
    onTable(
      store,
      ["dynamodb:DeleteItem", "dynamodb:PutItem", "dynamodb:UpdateItem"],
      except([
        ...management(store, ["keyring", "signing-keys", ATTEMPTS, ...ORGANIZATION]),
        ...ofAnyAccount(LOGINS),
        CLAIM,
      ]),
    ),
    onKey(store, ["kms:Decrypt"]),
  ],
  sts: (store) => [
    onTable(store, ["dynamodb:BatchGetItem", "dynamodb:GetItem"]),
    onTable(
      store,
      ["dynamodb:PutItem", "dynamodb:UpdateItem"],
      only(ofAnyAccount([USED_CODES, USED_ASSERTIONS])),
    ),
    onKey(store, ["kms:Decrypt"]),
    ...onSigningKeys(store, ["kms:Sign"]),
  ],
  signin: (store) => [
    onTable(
      store,
      ["dynamodb:BatchGetItem"],
      only([
        ...management(store, ["account-alias", "keyring", ATTEMPTS]),
        ...ofAnyAccount([...SIGNS_IN, USED_CODES, ...LOGINS]),
      ]),
    ),
    onTable(
      store,
      ["dynamodb:DeleteItem", "dynamodb:PutItem", "dynamodb:UpdateItem"],
      only([
        ...management(store, [ATTEMPTS]),
        ...ofAnyAccount([USED_CODES, PASSWORD_USES, ...LOGINS]),
      ]),
    ),
    // A root user that recovers its password.
    onTable(store, ["dynamodb:UpdateItem"], only(ofAnyAccount(["root"]))),
    onKey(store, ["kms:Decrypt"]),
  ],
  issuer: (store) => [
    onTable(store, ["dynamodb:BatchGetItem"], only(management(store, ["signing-keys"]))),
  ],
  organizations: (store) => [
    onTable(store, [
      "dynamodb:BatchGetItem",
      "dynamodb:ConditionCheckItem",
      "dynamodb:GetItem",
      "dynamodb:Query",
    ]),
    onTable(
      store,
      ["dynamodb:DeleteItem", "dynamodb:PutItem", "dynamodb:UpdateItem"],
      only([...management(store, ORGANIZATION), ...ofAnyAccount([...NEW_ACCOUNT, AUDIT])]),
    ),
    onKey(store, ["kms:Decrypt"]),
  ],
  access_analyzer: (store) => [
    onTable(store, ["dynamodb:BatchGetItem", "dynamodb:Query"]),
    onTable(
      store,
      ["dynamodb:DeleteItem", "dynamodb:PutItem", "dynamodb:UpdateItem"],
      only(ofAnyAccount([...ANALYZERS, AUDIT])),
    ),
    onKey(store, ["kms:Decrypt"]),
  ],
  access_evaluation: (store) => [
    onTable(store, ["dynamodb:BatchGetItem", "dynamodb:GetItem"]),
    onKey(store, ["kms:Decrypt"]),
  ],
  usage: (store) => [
    onTable(store, ["dynamodb:BatchGetItem"], only(ofAnyAccount([...USAGE, ...SUMS, "key"]))),
    onTable(
      store,
      ["dynamodb:PutItem", "dynamodb:UpdateItem"],
      only(ofAnyAccount([...USAGE, ...SUMS, ...RECORDS, AUDIT])),
    ),
  ],
  portcullis: (store) => [
    onTable(store, ["dynamodb:BatchGetItem", "dynamodb:GetItem", "dynamodb:Query"]),
    onTable(
      store,
      ["dynamodb:UpdateItem"],
      only(ofAnyAccount(["account", "account-counts", AUDIT])),
    ),
    onTable(
      store,
      ["dynamodb:DeleteItem", "dynamodb:PutItem"],
      only(ofAnyAccount(["archived-findings"])),
    ),
    onKey(store, ["kms:Decrypt"]),
  ],
  cloudtrail: (store) => [
    onTable(store, ["dynamodb:BatchGetItem", "dynamodb:GetItem", "dynamodb:Query"]),
    onKey(store, ["kms:Decrypt"]),
  ],
  authorizer: (store) => [
    onTable(store, ["dynamodb:BatchGetItem", "dynamodb:GetItem"]),
    onKey(store, ["kms:Decrypt"]),
  ],
};

/** Partitions that the setup function fills. */
const SET_UP: readonly Partition[] = ["account", "key", "keyring", "root", "signing-keys"];

/** The record of the table's owner, one for each table (packages/store/src/table/claim.ts). */
export const CLAIM = "000000000000#installation";

/** Last-used dates. */
const USAGE: readonly Partition[] = ["key-usage", "last-accessed", "last-used"];

/** What analyzers and generations of policies keep. */
const ANALYZERS: readonly Partition[] = ["analyzer-findings", "analyzers", "policy-generations"];

/** Counts that the log's function adds to: what was used how often, and what was dropped. */
const SUMS: readonly Partition[] = ["access-counts", "dropped-records"];

/** Decisions, and the gateway's requests that they are found by. */
const RECORDS: readonly Partition[] = ["decision-request", "decisions"];

/** Events of changes, sign-ins, issued credentials and denied calls. */
const AUDIT: Partition = "audit";

/** The partitions of the organization, all of them in the management account. */
const ORGANIZATION: readonly Partition[] = [
  "account-requests",
  "children",
  "delegated-administrators",
  "email",
  "member",
  "members",
  "organization",
  "organization-settings",
  "organizational-unit",
  "ou-name",
  "policy-name",
  "service-control-policies",
  "service-control-policy",
];

/**
 * What a new account has: its record, its root user, and the role that lets its organization in.
 */
const NEW_ACCOUNT: readonly Partition[] = [
  "account",
  "account-counts",
  "policy-usage",
  "role",
  "roles",
  "roles-by-name",
  "root",
];

/** What a sign-in reads. It includes no access keys: anybody may call sign-in. */
const SIGNS_IN: readonly Partition[] = ["account", "mfa-device", "password-policy", "root", "user"];
const ATTEMPTS = "sign-in-attempts";

/** Logins of applications, and the proofs that they have used. */
const LOGINS: readonly Partition[] = ["login-session", "used-proof"];

/** Credentials that may be used once: MFA codes and SAML assertions. */
const USED_CODES = "mfa-use";
const PASSWORD_USES = "password-use";
const USED_ASSERTIONS = "used-assertion";

/** The permissions of a function's role on the identity store. */
export function privilege(of: Privileged, store: IdentityStore): readonly Permission[] {
  return PRIVILEGES[of](store);
}

/** The environment of every function that opens the identity store. */
export function storeEnvironment(store: IdentityStore): Record<string, $util.Input<string>> {
  return {
    PORTCULLIS_TABLE: store.tableName,
    PORTCULLIS_KMS_KEY: store.keyArn,
    PORTCULLIS_ACCOUNT_ID: store.managementAccount,
    PORTCULLIS_INSTALLATION: installation(),
  };
}

type Condition = NonNullable<Permission["conditions"]>;

function onTable(
  store: IdentityStore,
  actions: `dynamodb:${string}`[],
  conditions?: Condition,
): Permission {
  return { actions, resources: [store.tableArn], ...(conditions && { conditions }) };
}

/** Partition keys are `<account>#<partition>` (packages/store/src/item/item.ts). */
const management = (store: IdentityStore, partitions: readonly Partition[]): string[] =>
  partitions.map((partition) => `${store.managementAccount}#${partitionPattern(partition)}`);
/**
 * 12 question marks instead of a star: a tenant chooses paths, which may contain `#`, and could
 * make a partition key that a star would match.
 */
const ANY_ACCOUNT = "?".repeat(12);
const ofAnyAccount = (partitions: readonly Partition[]): string[] =>
  partitions.map((partition) => `${ANY_ACCOUNT}#${partitionPattern(partition)}`);

const only = (values: string[]): Condition => [
  { test: "ForAllValues:StringLike", variable: "dynamodb:LeadingKeys", values },
];
const except = (values: string[]): Condition => [
  { test: "ForAllValues:StringNotLike", variable: "dynamodb:LeadingKeys", values },
];

/**
 * Restricts the key to data of this installation. The encryption context has app and stage, not the
 * table's name, which changes when a backup is restored.
 */
function onKey(store: IdentityStore, actions: `kms:${string}`[]): Permission {
  return {
    actions,
    resources: [store.keyArn],
    conditions: [
      {
        test: "StringEquals",
        variable: "kms:EncryptionContext:portcullis:installation",
        values: [installation()],
      },
    ],
  };
}

function onSigningKeys({ signingKeys }: IdentityStore, actions: `kms:${string}`[]): Permission[] {
  return signingKeys ? [{ actions, resources: Object.values(signingKeys) }] : [];
}
