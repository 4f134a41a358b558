import { CLAIM } from "./privilege.ts";
import { installation, keepsData, physicalName } from "./stage.ts";

export interface Expected {
  readonly managementAccount: string;
  readonly restoredTable: string | undefined;
}

/** By which a table says what it belongs to: `a`'s stage `b-c` and `a-b`'s stage `c` would have the same names. */
export const tableTags = () => ({ "portcullis:app": $app.name, "portcullis:stage": $app.stage });

/**
 * Looks at what the AWS account already has under the names that this deployment is about to use, and refuses, before
 * anything is touched, what would orphan an installation's data or put two into one table. It asks AWS through the provider
 * that the deployment itself uses; what AWS can't answer stops the deployment too.
 * @throws {Error} in one sentence
 */
export async function refuseUnlessSafe({
  managementAccount,
  restoredTable,
}: Expected): Promise<void> {
  const own = physicalName("identity");
  const used = restoredTable ?? own;
  const [{ names: tables }, { functionNames }] = await Promise.all([
    aws.dynamodb.getTables({}),
    aws.lambda.getFunctions({}),
  ]);
  // The function that sets up is made after the table and goes with the stage: where it is, the table must be.
  const deployed = functionNames.includes(physicalName("setup"));
  if (tables.includes(own)) await refuseAnothers(own, deployed);
  if (!tables.includes(used) && (restoredTable !== undefined || (deployed && keepsData()))) {
    throw new Error(
      `the table \`${used}\` is gone, and a new one in its place would be empty: restore it from its backup first (docs/deployment.md, "Back up and restore")`,
    );
  }
  const holder = tables.includes(used) ? await holderOf(used) : undefined;
  if (holder !== undefined && holder !== managementAccount) {
    throw new Error(
      `the table \`${used}\` holds the installation of the management account ${holder}, and can't hold a second one, of ${managementAccount}`,
    );
  }
}

/** The stage's own table is there: is it this stage's? */
async function refuseAnothers(table: string, deployed: boolean): Promise<void> {
  const { tags } = await aws.dynamodb.getTable({ name: table });
  const { "portcullis:app": app, "portcullis:stage": stage } = tags;
  if (app !== undefined && stage !== undefined && (app !== $app.name || stage !== $app.stage)) {
    throw new Error(
      `the stage \`${$app.stage}\` of \`${$app.name}\` would take the names of the stage \`${stage}\` of \`${app}\`, which both begin with \`${installation()}\`: choose another stage`,
    );
  }
  if (deployed) return;
  // A first deployment that failed half way left a table with tags and nothing in it, which it may go on with.
  if (app === undefined || (await holderOf(table)) !== undefined) {
    throw new Error(
      `the table \`${table}\` is there already, left by a stage that was removed: a deployment would orphan what it holds, so delete it first or choose another stage`,
    );
  }
}

/** The management account of the installation that a table holds (packages/store/src/table/claim.ts), if it holds one. */
async function holderOf(table: string): Promise<string | undefined> {
  const key = JSON.stringify({ pk: { S: CLAIM }, sk: { S: "record" } });
  try {
    const { item } = await aws.dynamodb.getTableItem({ tableName: table, key });
    const { d }: { d?: { S?: string } } = JSON.parse(item);
    const { managementAccount }: { managementAccount?: string } = JSON.parse(d?.S ?? "{}");
    return managementAccount ?? "unknown";
  } catch (error) {
    // The provider knows no "none": it fails, by one of these two messages.
    if (error instanceof Error && /couldn't find resource|empty result/i.test(error.message))
      return undefined;
    throw error;
  }
}
