import type { IdentityStore } from "./identity-store.ts";
import type { Permission } from "./least-privilege-function.ts";
import { installation } from "./stage.ts";

/**
 * What the role of each function holds on the identity store: one row a function, and what is not listed it can't
 * do. A transaction needs the permissions of what is within it: GetItem for reads, ConditionCheckItem for checks, ...;
 * there is no action for TransactWriteItems or TransactGetItems itself.
 */
const PRIVILEGES = {
  setup: (store: IdentityStore) => [
    onTable(
      store,
      ["dynamodb:BatchGetItem", "dynamodb:PutItem", "dynamodb:UpdateItem"],
      only([...management(store, SET_UP), CLAIM]),
    ),
    onKey(store, ["kms:Decrypt", "kms:Encrypt"]),
    ...onSigningKeys(store, ["kms:GetPublicKey"]),
  ],
  iam: (store: IdentityStore) => [
    onTable(store, [
      "dynamodb:BatchGetItem",
      "dynamodb:ConditionCheckItem",
      "dynamodb:GetItem",
      "dynamodb:Query",
    ]),
    onTable(
      store,
      ["dynamodb:DeleteItem", "dynamodb:PutItem", "dynamodb:UpdateItem"],
      except([...management(store, ["keyring", "signing-keys", ...ORGANIZATION]), CLAIM]),
    ),
    onKey(store, ["kms:Decrypt"]),
  ],
  sts: (store: IdentityStore) => [
    onTable(store, ["dynamodb:BatchGetItem", "dynamodb:GetItem"]),
    onTable(
      store,
      ["dynamodb:PutItem", "dynamodb:UpdateItem"],
      only(ofAnyAccount([USED_CODES, USED_ASSERTIONS])),
    ),
    onKey(store, ["kms:Decrypt"]),
    ...onSigningKeys(store, ["kms:Sign"]),
  ],
  signin: (store: IdentityStore) => [
    onTable(
      store,
      ["dynamodb:BatchGetItem"],
      only([
        ...management(store, ["account-alias/*", "keyring", ATTEMPTS]),
        ...ofAnyAccount([...SIGNS_IN, USED_CODES]),
      ]),
    ),
    onTable(
      store,
      ["dynamodb:DeleteItem", "dynamodb:PutItem", "dynamodb:UpdateItem"],
      only([...management(store, [ATTEMPTS]), ...ofAnyAccount([USED_CODES])]),
    ),
    onKey(store, ["kms:Decrypt"]),
  ],
  issuer: (store: IdentityStore) => [
    onTable(store, ["dynamodb:BatchGetItem"], only(management(store, ["signing-keys"]))),
  ],
  organizations: (store: IdentityStore) => [
    onTable(store, [
      "dynamodb:BatchGetItem",
      "dynamodb:ConditionCheckItem",
      "dynamodb:GetItem",
      "dynamodb:Query",
    ]),
    onTable(
      store,
      ["dynamodb:DeleteItem", "dynamodb:PutItem", "dynamodb:UpdateItem"],
      only([...management(store, ORGANIZATION), ...ofAnyAccount(NEW_ACCOUNT)]),
    ),
    onKey(store, ["kms:Decrypt"]),
  ],
  usage: (store: IdentityStore) => [
    onTable(store, ["dynamodb:BatchGetItem"], only(ofAnyAccount([...USAGE, "key/*"]))),
    onTable(store, ["dynamodb:PutItem", "dynamodb:UpdateItem"], only(ofAnyAccount(USAGE))),
  ],
  authorizer: (store: IdentityStore) => [
    onTable(store, ["dynamodb:BatchGetItem", "dynamodb:GetItem"]),
    onKey(store, ["kms:Decrypt"]),
  ],
};

export type Privileged = keyof typeof PRIVILEGES;

/** Partitions, as patterns, that the deployment's own function fills. */
const SET_UP = ["account/*", "key/*", "keyring", "root", "signing-keys"];

/** Whose table it is: one for all (packages/store/src/table/claim.ts). */
export const CLAIM = "000000000000#installation";

/** When what was used. */
const USAGE = ["key-usage/*", "last-accessed/*", "last-used/*"];

/** Those of the organization, which all lie in the management account. */
const ORGANIZATION = [
  "account-requests",
  "children/*",
  "email/*",
  "member/*",
  "members",
  "organization/*",
  "organizational-unit/*",
  "ou-name/*",
  "policy-name/*",
  "service-control-policies",
  "service-control-policy/*",
];

/** What an account has from the start: its record, its root user, and the role that lets its organization in. */
const NEW_ACCOUNT = ["account/*", "account-counts", "policy-usage/*", "role/*", "roles", "root"];

/** Whom a password is of, and what a sign-in goes by: no access keys, which anybody may try to get at here. */
const SIGNS_IN = ["account/*", "mfa-device/*", "password-policy", "root", "user/*"];
const ATTEMPTS = "sign-in-attempts/*";

/** What is good for one use: codes of MFA devices, SAML assertions. */
const USED_CODES = "mfa-use/*";
const USED_ASSERTIONS = "used-assertion/*";

/** What the role of a function with this privilege holds on the store. */
export function privilege(of: Privileged, store: IdentityStore): readonly Permission[] {
  return PRIVILEGES[of](store);
}

/** What every function that opens the identity store is told about it. */
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
const management = (store: IdentityStore, partitions: readonly string[]): string[] =>
  partitions.map((partition) => `${store.managementAccount}#${partition}`);
/** 12 characters, and no star: tenants choose paths, which may hold a `#`, and so could give an item a key that a star would match. */
const ANY_ACCOUNT = "?".repeat(12);
const ofAnyAccount = (partitions: readonly string[]): string[] =>
  partitions.map((partition) => `${ANY_ACCOUNT}#${partition}`);

const only = (values: string[]): Condition => [
  { test: "ForAllValues:StringLike", variable: "dynamodb:LeadingKeys", values },
];
const except = (values: string[]): Condition => [
  { test: "ForAllValues:StringNotLike", variable: "dynamodb:LeadingKeys", values },
];

/**
 * The key opens only what belongs to this installation. It is named by app and stage, not by its table, which has
 * another name after a backup was restored.
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
