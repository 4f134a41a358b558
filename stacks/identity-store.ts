import { type SigningKeys, signingKeys } from "./signing-keys.ts";
import { keepsData, physicalName } from "./stage.ts";
import { refuseUnlessSafe, tableTags } from "./standing-installation.ts";

/** Where identities live: one table, and the key that wraps the keys which seal the secrets in it. */
export interface IdentityStore {
  readonly tableName: $util.Output<string>;
  readonly tableArn: $util.Output<string>;
  readonly keyArn: $util.Output<string>;
  /** Undefined where the stage is thrown away: its signing keys lie sealed in the table, and cost nothing. */
  readonly signingKeys: SigningKeys | undefined;
  /** The 12-digit id of the account that owns the others. It can't change once the table holds something. */
  readonly managementAccount: string;
}

export interface IdentityStoreArgs {
  /** @default "100000000000" */
  readonly managementAccount?: string;
  /** A table restored from a backup, to be used in place of the stage's own, which stays as it is. */
  readonly restoredTable?: string;
}

const KEY_DELETION_DAYS = { kept: 30, removed: 7 };

/**
 * The identity store of a stage. Where the stage keeps its data, table and key outlive it, and the table can't be deleted
 * by a mistake in the console; in a protected app no deployment can replace them either. Elsewhere both go with the stage.
 * To be awaited before anything else is made: it refuses what would harm an installation that is there already.
 * @throws {Error} in one sentence, before anything is touched
 */
export async function identityStore(
  name: string,
  args: IdentityStoreArgs = {},
): Promise<IdentityStore> {
  const managementAccount = args.managementAccount ?? "100000000000";
  if (!/^[0-9]{12}$/.test(managementAccount)) {
    throw new Error(`the management account must be 12 digits, not \`${managementAccount}\``);
  }
  await refuseUnlessSafe({ managementAccount, restoredTable: args.restoredTable });
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

/** The table itself is encrypted under DynamoDB's own key: this one is for the secrets within, on top. */
function wrappingKey(name: string, fullName: string, kept: boolean): aws.kms.Key {
  const key = new aws.kms.Key(
    `${name}Key`,
    {
      description: `${$app.name} ${$app.stage}: wraps the keys that seal secrets in the identity table`,
      enableKeyRotation: true,
      deletionWindowInDays: kept ? KEY_DELETION_DAYS.kept : KEY_DELETION_DAYS.removed,
    },
    // `removal: "retain"` keeps tables, but knows nothing of keys
    { protect: $app.protect, retainOnDelete: kept },
  );
  new aws.kms.Alias(`${name}KeyAlias`, {
    name: `alias/${fullName}`,
    targetKeyId: key.keyId,
  });
  return key;
}
