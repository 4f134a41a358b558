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
    onTable(store, ["dynamodb:BatchGetItem", "dynamodb:PutItem", "dynamodb:UpdateItem"]),
    onKey(store, ["kms:Decrypt", "kms:Encrypt"]),
  ],
  iam: (store: IdentityStore) => [
    onTable(store, [
      "dynamodb:BatchGetItem",
      "dynamodb:ConditionCheckItem",
      "dynamodb:DeleteItem",
      "dynamodb:GetItem",
      "dynamodb:PutItem",
      "dynamodb:Query",
      "dynamodb:UpdateItem",
    ]),
    onKey(store, ["kms:Decrypt"]),
  ],
  sts: (store: IdentityStore) => [
    onTable(store, ["dynamodb:BatchGetItem", "dynamodb:GetItem"]),
    onKey(store, ["kms:Decrypt"]),
  ],
  authorizer: (store: IdentityStore) => [
    onTable(store, ["dynamodb:BatchGetItem", "dynamodb:GetItem"]),
    onKey(store, ["kms:Decrypt"]),
  ],
};

export type Privileged = keyof typeof PRIVILEGES;

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

function onTable(store: IdentityStore, actions: `dynamodb:${string}`[]): Permission {
  return { actions, resources: [store.tableArn] };
}

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
