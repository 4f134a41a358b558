import { join } from "node:path";
import * as sdk from "@aws-sdk/client-iam";
import type { OperationContext } from "@portcullis/iam/operation";
import { unitOfWork } from "@portcullis/iam/unit-of-work";
import {
  firstRows,
  userRows,
} from "../../packages/iam/src/operation/iam/report/credential-rows.ts";
import { exportAccount } from "../../packages/local/src/accounts/export.ts";
import { openLocal } from "../../packages/local/src/accounts/operated-installation.ts";
import { startInstallation } from "../support/harness.ts";
import { storeOf } from "../support/seed-users.ts";
import { digits } from "./policy-statistics.ts";

const AT_ONCE = 1_000;

/** Measures what reads a whole account, in microseconds a user. */
export async function measureWhole(dataDirectory: string): Promise<void> {
  const installation = await startInstallation({ dataDirectory });
  const { iam, account } = installation;
  const { SummaryMap } = await iam.send(new sdk.GetAccountSummaryCommand({}));
  const users = SummaryMap?.Users ?? 0;
  console.log(`  all of ${users} users`);
  const measure = async (name: string, work: () => Promise<unknown>) => {
    const started = performance.now();
    const what = await work();
    const seconds = (performance.now() - started) / 1000;
    const each = digits((seconds * 1_000_000) / users);
    console.log(`    ${name.padEnd(44)} ${digits(seconds)} s, ${each} µs a user, ${what}`);
  };
  try {
    await measure("ListUsers, page by page", async () => {
      let count = 0;
      for await (const { Users = [] } of sdk.paginateListUsers(
        { client: iam },
        { MaxItems: AT_ONCE },
      ))
        count += Users.length;
      return `${count} listed`;
    });
    await measure("GetAccountAuthorizationDetails, page by page", async () => {
      let count = 0;
      const pages = sdk.paginateGetAccountAuthorizationDetails(
        { client: iam },
        { MaxItems: AT_ONCE },
      );
      for await (const { UserDetailList = [] } of pages) count += UserDetailList.length;
      return `${count} described`;
    });
    const { store, close } = storeOf(installation.local.dynamodbEndpoint);
    await measure("the rows of a credential report", async () => {
      const settings = { managementAccount: account };
      const contextOf = () => ({ account, settings, unit: unitOfWork(store) }) as OperationContext;
      let rows = (await firstRows(contextOf())).length;
      let after: string | undefined;
      do {
        const slice = await userRows(contextOf(), after, AT_ONCE);
        rows += slice.rows.length;
        ({ after } = slice);
      } while (after !== undefined);
      return `${rows} rows`;
    });
    close();
  } finally {
    await installation.stop();
  }
  const operated = await openLocal({
    dataDirectory,
    dynamodbEndpoint: undefined,
    accountId: account,
  });
  try {
    await measure("npm run account -- export", async () => {
      const path = join(dataDirectory, "export");
      const options = { path, passphrase: "a passphrase of the benchmark", now: new Date() };
      return `${await exportAccount(operated, account, options)} items`;
    });
  } finally {
    await operated.close();
  }
}
