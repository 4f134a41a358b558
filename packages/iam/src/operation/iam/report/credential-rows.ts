import { findRoot } from "../../../entity/credential-owner.ts";
import { type PasswordOwner, passwordUses } from "../../../entity/password-use.ts";
import { userEntry } from "../../../entity/user-description.ts";
import type { OperationContext } from "../../../model/operation.ts";
import { accessKeyKey } from "../../../record/access-key.ts";
import { accessKeyUsageKey } from "../../../record/access-key-usage.ts";
import { partitionOf } from "../../../record/partition.ts";
import { passwordPolicyKey } from "../../../record/password-policy.ts";
import { type UserEntry, type UserRecord, userKey } from "../../../record/user.ts";
import { NO_CREDENTIALS, userCredentialsKey } from "../../../record/user-credentials.ts";
import {
  REPORT_COLUMNS,
  type ReportedCredentials,
  rootRow,
  userRow,
} from "../../../report/credential-report.ts";

export type Row = readonly string[];

/** Some rows of a report. */
export interface RowSlice {
  readonly rows: readonly Row[];
  /** The position of the next slice. Undefined: this is the last one. */
  readonly after: string | undefined;
}

/** The first rows: the header, and the root user's. */
export async function firstRows(context: OperationContext): Promise<readonly Row[]> {
  const root = await findRoot(context);
  const owner = { accessKeys: root.accessKeys, id: context.account };
  const [ofRoot] = await credentialsOf(context, [owner]);
  return [REPORT_COLUMNS, rootRow(root, ofRoot ?? { keys: [], certificates: [] })];
}

/** The rows of the next users, in the order of their list. */
export async function userRows(
  context: OperationContext,
  after: string | undefined,
  limit: number,
): Promise<RowSlice> {
  const { account, unit } = context;
  const policy = await unit.get(passwordPolicyKey(account));
  const page = await unit.query<UserEntry>({
    account,
    partition: partitionOf("users"),
    limit,
    ...(after === undefined ? {} : { after }),
  });
  const found = await unit.getAll(page.records.map(({ data }) => userKey(account, data.name)));
  const users = found.filter((user): user is UserRecord => user !== undefined);
  const credentials = await credentialsOf(
    context,
    users.map((user) => ({ accessKeys: user.accessKeys, ...userEntry(user) })),
  );
  const rows = users.map((user, index) =>
    userRow(user, policy, credentials[index] ?? { keys: [], certificates: [] }),
  );
  return { rows, after: page.more ? page.records.at(-1)?.key.sort : undefined };
}

interface CredentialOwner extends PasswordOwner {
  readonly accessKeys: readonly string[];
}

/** Returns the credentials of many owners, since each read costs a round trip. */
async function credentialsOf(
  context: OperationContext,
  owners: readonly CredentialOwner[],
): Promise<readonly ReportedCredentials[]> {
  const { account, unit, settings } = context;
  const ids = owners.flatMap((owner) => owner.accessKeys);
  const records = await unit.getAll(ids.map((id) => accessKeyKey(id, settings.managementAccount)));
  const usages = await unit.getAll(ids.map((id) => accessKeyUsageKey(account, id)));
  const ownerIds = owners.map(({ id }) => id);
  const userCredentials = await unit.getAll(ownerIds.map((id) => userCredentialsKey(account, id)));
  const passwords = await passwordUses(context, owners);
  const keys = new Map(
    ids.map((id, index) => [id, { record: records[index], usage: usages[index] }]),
  );
  return owners.map(({ accessKeys }, index) => ({
    keys: accessKeys.flatMap((id) => {
      const { record, usage } = keys.get(id) ?? {};
      return record ? [{ record, usage }] : [];
    }),
    certificates: (userCredentials[index] ?? NO_CREDENTIALS).signingCertificates,
    passwordLastUsed: passwords[index],
  }));
}
