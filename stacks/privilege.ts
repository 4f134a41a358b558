import type { IdentityStore } from "./identity-store.ts";
import type { Permission } from "./least-privilege-function.ts";
import { installation } from "./stage.ts";

/** The calls that one function may make on the identity store. What is not listed it can't do. */
interface Privilege {
  readonly table: readonly `dynamodb:${string}`[];
  readonly key: readonly `kms:${string}`[];
}

/**
 * One row a function. A transaction needs the permissions of the writes within it, and ConditionCheckItem for
 * its checks: there is no action for TransactWriteItems itself.
 */
const PRIVILEGES = {
  iam: {
    table: [
      "dynamodb:BatchGetItem",
      "dynamodb:ConditionCheckItem",
      "dynamodb:DeleteItem",
      "dynamodb:PutItem",
      "dynamodb:Query",
      "dynamodb:UpdateItem",
    ],
    key: ["kms:Decrypt", "kms:Encrypt"],
  },
  sts: {
    table: ["dynamodb:BatchGetItem"],
    key: ["kms:Decrypt"],
  },
  authorizer: {
    table: ["dynamodb:BatchGetItem"],
    key: ["kms:Decrypt"],
  },
} as const satisfies Record<string, Privilege>;

export type Privileged = keyof typeof PRIVILEGES;

/** What the role of a function with this privilege holds on the store. */
export function privilege(of: Privileged, store: IdentityStore): readonly Permission[] {
  const { table, key } = PRIVILEGES[of];
  return [
    { actions: [...table], resources: [store.tableArn] },
    {
      actions: [...key],
      resources: [store.keyArn],
      conditions: [
        {
          test: "StringEquals",
          variable: "kms:EncryptionContext:portcullis:installation",
          values: [installation()],
        },
      ],
    },
  ];
}

/** What every function that opens the identity store is told about it. */
export function storeEnvironment(store: IdentityStore): Record<string, $util.Input<string>> {
  return {
    PORTCULLIS_TABLE: store.tableName,
    PORTCULLIS_KMS_KEY: store.keyArn,
    PORTCULLIS_ACCOUNT_ID: store.managementAccount,
    // what the wrapped keys are bound to: not the table's name, which changes when a backup is restored
    PORTCULLIS_INSTALLATION: installation(),
  };
}
