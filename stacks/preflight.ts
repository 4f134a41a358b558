import { CLAIM } from "./privilege.ts";
import { installation, keepsData, physicalName } from "./stage.ts";

export interface Expected {
  readonly managementAccount: string;
  readonly restoredTable: string | undefined;
}

/**
 * The app and stage of a table. Names alone are ambiguous: `a`'s stage `b-c` and `a-b`'s stage `c`
 * would have the same ones.
 */
export const tableTags = () => ({ "portcullis:app": $app.name, "portcullis:stage": $app.stage });

/**
 * Checks what the AWS account already has under the names that this deployment is about to use.
 * Refuses, before anything is changed, a deployment that would orphan an installation's data or put
 * two installations into one table. It asks AWS through the deployment's own provider; a question
 * that AWS cannot answer stops the deployment too.
 * @throws {Error} in one sentence
 */
export async function preflight({ managementAccount, restoredTable }: Expected): Promise<void> {
  const own = physicalName("identity");
  const used = restoredTable ?? own;
  const [{ names: tables }, { functionNames }] = await Promise.all([
    aws.dynamodb.getTables({}),
    aws.lambda.getFunctions({}),
  ]);
  // The setup function is created after the table and deleted with the stage. If it exists, so must
  // the table.
  const deployed = functionNames.includes(physicalName("setup"));
  if (tables.includes(own)) await refuseOthersTable(own, deployed);
  if (!tables.includes(used) && (restoredTable !== undefined || (deployed && keepsData()))) {
    throw new Error(
      `the table \`${used}\` is gone, and a new one in its place would be empty: restore it from its backup first (docs/operate.md, "Back up and restore")`,
    );
  }
  const owner = tables.includes(used) ? await ownerOf(used) : undefined;
  if (owner !== undefined && owner !== managementAccount) {
    throw new Error(
      `the table \`${used}\` holds the installation of the management account ${owner}, and can't hold a second one, of ${managementAccount}`,
    );
  }
}

/** Refuses an existing table of the stage's name that belongs to another stage. */
async function refuseOthersTable(table: string, deployed: boolean): Promise<void> {
  const { tags } = await aws.dynamodb.getTable({ name: table });
  const { "portcullis:app": app, "portcullis:stage": stage } = tags;
  if (app !== undefined && stage !== undefined && (app !== $app.name || stage !== $app.stage)) {
    throw new Error(
      `the stage \`${$app.stage}\` of \`${$app.name}\` would take the names of the stage \`${stage}\` of \`${app}\`, which both begin with \`${installation()}\`: choose another stage`,
    );
  }
  if (deployed) return;
  // A first deployment that failed half way left a tagged, empty table. The next one continues with
  // it.
  if (app === undefined || (await ownerOf(table)) !== undefined) {
    throw new Error(
      `the table \`${table}\` is there already, left by a stage that was removed: a deployment would orphan what it holds, so delete it first or choose another stage`,
    );
  }
}

/**
 * The management account of the installation in a table (packages/store/src/table/claim.ts), if it
 * has one.
 */
async function ownerOf(table: string): Promise<string | undefined> {
  const key = JSON.stringify({ pk: { S: CLAIM }, sk: { S: "record" } });
  try {
    const { item } = await aws.dynamodb.getTableItem({ tableName: table, key });
    const { d }: { d?: { S?: string } } = JSON.parse(item);
    const { managementAccount }: { managementAccount?: string } = JSON.parse(d?.S ?? "{}");
    return managementAccount ?? "unknown";
  } catch (error) {
    // The provider has no empty result: it fails with one of these two messages.
    if (error instanceof Error && /couldn't find resource|empty result/i.test(error.message))
      return undefined;
    throw error;
  }
}
