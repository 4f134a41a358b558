import { ListUsersCommand } from "@aws-sdk/client-iam";
import { CloseAccountCommand, DescribeOrganizationCommand } from "@aws-sdk/client-organizations";
import { beginImport, completeImport } from "@portcullis/iam/account-import";
import { accountKey } from "@portcullis/iam/record/account";
import { rootKey } from "@portcullis/iam/record/root";
import { atomically } from "@portcullis/iam/unit-of-work";
import { dynamoStore } from "@portcullis/store";
import { afterAll, beforeAll, expect, test } from "vitest";
import { dynamodbClient, IDENTITY_TABLE } from "../../../packages/local/src/database.ts";
import { startInstallation, type TestInstallation } from "../../support/harness.ts";
import { openOrganization, type Tenant } from "../../support/tenant.ts";

let installation: TestInstallation;
let tenant: Tenant;

beforeAll(async () => {
  installation = await startInstallation();
  tenant = await (await openOrganization(installation)).open("one");
});
afterAll(() => installation.stop());

test("an account that is closed while its import is under way stays closed", async () => {
  const client = dynamodbClient(installation.local.dynamodbEndpoint, true);
  const store = dynamoStore({ client, tableName: IDENTITY_TABLE });
  const managementAccount = installation.account;
  const { Organization } = await installation.organizations.send(
    new DescribeOrganizationCommand({}),
  );
  const exported = await atomically(store, async (unit) => {
    const record = await unit.get(accountKey(tenant.id));
    const root = await unit.get(rootKey(tenant.id));
    if (record === undefined || root === undefined) throw new Error("the tenant has no records");
    return {
      id: tenant.id,
      managementAccount,
      organizationId: Organization?.Id ?? "",
      record,
      root,
    };
  });
  await atomically(store, (unit) => beginImport({ unit }, tenant.id, "import"));
  await installation.organizations.send(new CloseAccountCommand({ AccountId: tenant.id }));
  const completed = atomically(store, (unit) =>
    completeImport({ unit, settings: { managementAccount } }, exported, "restore"),
  );
  await expect(completed).rejects.toThrow("what is closed can't be restored");
  await expect(installation.iamAs(tenant.admin).send(new ListUsersCommand({}))).rejects.toThrow(
    "The security token included in the request is invalid.",
  );
  client.destroy();
});
