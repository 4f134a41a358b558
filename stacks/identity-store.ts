import { preflight, tableTags } from "./preflight.ts";
import { type SigningKeys, signingKeys } from "./signing-keys.ts";
import { keepsData, physicalName } from "./stage.ts";

/** The identity table, and the KMS key that wraps the data keys which seal its secrets. */
export interface IdentityStore {
  readonly tableName: $util.Output<string>;
  readonly tableArn: $util.Output<string>;
  readonly keyArn: $util.Output<string>;
  /**
   * Undefined for a stage that does not keep its data: its signing keys are sealed in the table,
   * which costs nothing.
   */
  readonly signingKeys: SigningKeys | undefined;
  /**
   * The 12-digit id of the account that owns the others. It cannot change once the table has items.
   */
  readonly managementAccount: string;
}

export interface IdentityStoreArgs {
  /** @default "100000000000" */
  readonly managementAccount?: string;
  /** A table restored from a backup. It replaces the stage's own table, which stays unchanged. */
  readonly restoredTable?: string;
}

const KEY_DELETION_DAYS = { kept: 30, removed: 7 };

/**
 * The identity store of a stage. If the stage keeps its data, table and key outlive it, the table
 * has deletion protection, and in a protected app no deployment can replace either. Otherwise both
 * are deleted with the stage.
 * Await this before making anything else: it refuses a deployment that would harm an existing
 * installation.
 * @throws {Error} in one sentence, before anything is changed
 */
export async function identityStore(
  name: string,
  args: IdentityStoreArgs = {},
): Promise<IdentityStore> {
  const managementAccount = args.managementAccount ?? "100000000000";
  if (!/^[0-9]{12}$/.test(managementAccount)) {
    throw new Error(`the management account must be 12 digits, not \`${managementAccount}\``);
  }
  await preflight({ managementAccount, restoredTable: args.restoredTable });
  const kept = keepsData();
  const fullName = physicalName("identity");
  const own = identityTable(name, fullName, kept);
  const table =
    args.restoredTable === undefined
      ? own
      : sst.aws.Dynamo.get(`${name}RestoredTable`, args.restoredTable);
  const key = wrappingKey(name, fullName, kept);
  return {
    tableName: table.name,
    tableArn: table.arn,
    keyArn: key.arn,
    signingKeys: kept ? signingKeys(name) : undefined,
    managementAccount,
  };
}

function identityTable(name: string, fullName: string, kept: boolean): sst.aws.Dynamo {
  return new sst.aws.Dynamo(`${name}Table`, {
    fields: { pk: "string", sk: "string" },
    primaryIndex: { hashKey: "pk", rangeKey: "sk" },
    ttl: "t",
    deletionProtection: kept,
    transform: {
      table: (table, opts) => {
        table.name = fullName;
        table.tags = tableTags();
        opts.protect = $app.protect;
        opts.retainOnDelete = kept;
        return undefined;
      },
    },
  });
}

/**
 * DynamoDB encrypts the table under its own key. This key protects the secrets in it, additionally.
 */
function wrappingKey(name: string, fullName: string, kept: boolean): aws.kms.Key {
  const key = new aws.kms.Key(
    `${name}Key`,
    {
      description: `${$app.name} ${$app.stage}: wraps the keys that seal secrets in the identity table`,
      enableKeyRotation: true,
      deletionWindowInDays: kept ? KEY_DELETION_DAYS.kept : KEY_DELETION_DAYS.removed,
    },
    // `removal: "retain"` keeps tables, but not KMS keys.
    { protect: $app.protect, retainOnDelete: kept },
  );
  new aws.kms.Alias(`${name}KeyAlias`, {
    name: `alias/${fullName}`,
    targetKeyId: key.keyId,
  });
  return key;
}
