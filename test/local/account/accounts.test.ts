import { randomUUID } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BatchWriteItemCommand, type DynamoDBClient, ScanCommand } from "@aws-sdk/client-dynamodb";
import {
  CreateAccountAliasCommand,
  CreateUserCommand,
  GetUserCommand,
  ListAccountAliasesCommand,
} from "@aws-sdk/client-iam";
import {
  AttachPolicyCommand,
  CloseAccountCommand,
  CreateAccountCommand,
  CreatePolicyCommand as CreateGuardrailCommand,
  DeletePolicyCommand as DeleteGuardrailCommand,
  DescribeAccountCommand,
  DescribeOrganizationCommand,
  EnablePolicyTypeCommand,
  ListAccountsCommand,
  ListChildrenCommand,
  ListRootsCommand,
} from "@aws-sdk/client-organizations";
import { GetCallerIdentityCommand, GetSessionTokenCommand } from "@aws-sdk/client-sts";
import { recordsUsage } from "@portcullis/iam/record/partition";
import { type AccountItem, accountPages } from "@portcullis/store/account-items";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runAccountCommand } from "../../../packages/local/src/accounts/command.ts";
import { exportAccount } from "../../../packages/local/src/accounts/export.ts";
import { createExportFile, openExport } from "../../../packages/local/src/accounts/export-file.ts";
import { importAccount } from "../../../packages/local/src/accounts/import.ts";
import {
  type OperatedInstallation,
  openLocal,
} from "../../../packages/local/src/accounts/operated-installation.ts";
import { purgeAccount } from "../../../packages/local/src/accounts/purge.ts";
import { readSettings } from "../../../packages/local/src/settings.ts";
import {
  startInstallation,
  type TestCredentials,
  type TestInstallation,
} from "../../support/harness.ts";
import { enableDevice, type TestDevice } from "../../support/mfa-code.ts";
import { policy } from "../../support/refusal.ts";
import { addUser, openOrganization, type Tenant } from "../../support/tenant.ts";
import { apiAnswers, detailsOf, furnish, userNames } from "./furnished.ts";

const PASSPHRASE = "correct horse battery staple";
const POOL = "100000000000";

/**
 * A tenant's life, told in order: it grows in a pool, moves to a silo, is restored, closed and
 * purged.
 */
describe("an account", { timeout: 90_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), "portcullis-accounts-"));
  const pool = join(folder, "pool");
  const silo = join(folder, "silo");
  const file = join(folder, "acme.export");
  let acme: Tenant;
  let neighbour: Tenant;
  let ana: TestCredentials;
  let device: TestDevice;
  let details: unknown;

  const inPool = <T>(work: (installation: TestInstallation) => Promise<T>) =>
    during(pool, POOL, work);
  const inSilo = <T>(work: (installation: TestInstallation) => Promise<T>) =>
    during(silo, acme.id, work);
  const account = (...argv: string[]) => commandIn(pool, POOL)(...argv);
  const accountInSilo = (...argv: string[]) => commandIn(silo, acme.id)(...argv);

  beforeAll(async () => {
    await inPool(async (installation) => {
      const { open } = await openOrganization(installation);
      acme = await open("acme");
      neighbour = await open("neighbour");
      ana = await furnish(installation.iamAs(acme.admin));
      device = await enableDevice(installation.iamAs(acme.admin), "phone", "ana");
      await addUser(installation.iamAs(neighbour.admin), "ana");
      expect(await apiAnswers(installation, ana)).toEqual([200, 403]);
      details = await detailsOf(installation.iamAs(acme.admin));
    });
  }, 60_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test("is exported to a file that only its owner can read, and nothing of it that is not sealed is a secret", async () => {
    expect(await account("export", acme.id, "--to", file)).toMatch(
      new RegExp(`^Account ${acme.id} is in ${file}: \\d+ items\\.$`),
    );
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder).sort()).toEqual(["acme.export", "pool"]);
    const text = readFileSync(file, "utf8");
    expect(text).toContain(ana.accessKeyId);
    expect(text).not.toContain(ana.secretAccessKey);
    expect(text).not.toContain("PRIVATE KEY");
    expect(text).not.toContain(`"account":"${neighbour.id}"`);
    await expect(account("export", acme.id, "--to", file)).rejects.toThrow(
      `The file ${file} is there already: choose another name.`,
    );
  });

  test("moves to a silo: the same access key, the same permissions, the same MFA device, the same ids", async () => {
    await during(silo, acme.id, async () => undefined);
    expect(await accountInSilo("import", file)).toMatch(`Account ${acme.id} is imported: `);
    await inSilo(async (installation) => {
      expect(await apiAnswers(installation, ana)).toEqual([200, 403]);
      const iam = installation.iamAs(ana);
      expect((await iam.send(new GetUserCommand({}))).User?.Arn).toBe(
        `arn:aws:iam::${acme.id}:user/staff/ana`,
      );
      const session = await installation
        .stsAs(ana)
        .send(
          new GetSessionTokenCommand({ SerialNumber: device.serial, TokenCode: device.code() }),
        );
      expect(session.Credentials?.AccessKeyId).toMatch(/^ASIA/);
      // The silo's own root key is its operator's still.
      expect(await detailsOf(installation.iam)).toEqual(details);
      expect(
        (await installation.iam.send(new ListAccountAliasesCommand({}))).AccountAliases,
      ).toEqual(["acme-corp"]);
      await expect(
        installation.organizations.send(new DescribeOrganizationCommand({})),
      ).rejects.toMatchObject({ name: "AWSOrganizationsNotInUseException" });
      await expect(
        installation.stsAs(acme.admin).send(new GetCallerIdentityCommand({})),
      ).rejects.toMatchObject({ name: "InvalidClientTokenId" });
      await installation.iam.send(new CreateUserCommand({ UserName: "made-in-the-silo" }));
    });
  });

  test("is not overwritten unless that is said", async () => {
    const refused = `Account ${acme.id} is there already: give --replace to delete all that it holds and put the export in its place.`;
    await expect(accountInSilo("import", file)).rejects.toThrow(refused);
    await expect(account("import", file)).rejects.toThrow(refused);
    await accountInSilo("import", file, "--replace");
    await inSilo(async (installation) => {
      expect(await detailsOf(installation.iam)).toEqual(details);
    });
  });

  test("is restored to what it was, guardrails and neighbours as they are now", async () => {
    await inPool(async (installation) => {
      const iam = installation.iamAs(acme.admin);
      await iam.send(new CreateUserCommand({ UserName: "later" }));
      await iam.send(new CreateAccountAliasCommand({ AccountAlias: "renamed" }));
      await installation.iamAs(neighbour.admin).send(new CreateUserCommand({ UserName: "later" }));
      await forbidCreatingOrders(installation, acme.id);
    });
    await account("import", file, "--replace");
    await inPool(async (installation) => {
      expect(await detailsOf(installation.iamAs(acme.admin))).toEqual(details);
      expect(await userNames(installation.iamAs(neighbour.admin))).toEqual(["ana", "later"]);
      expect(await apiAnswers(installation, ana)).toEqual([200, 403]);
      expect(await apiAnswers(installation, acme.admin)).toEqual([200, 403]);
      const aliases = await installation.iamAs(acme.admin).send(new ListAccountAliasesCommand({}));
      expect(aliases.AccountAliases).toEqual(["acme-corp"]);
      // Free again.
      await installation
        .iamAs(neighbour.admin)
        .send(new CreateAccountAliasCommand({ AccountAlias: "renamed" }));
    });
  });

  test("goes nowhere else", async () => {
    const elsewhere = join(folder, "elsewhere");
    await during(
      elsewhere,
      POOL,
      async (installation) => void (await openOrganization(installation)),
    );
    await expect(commandIn(elsewhere, POOL)("import", file)).rejects.toThrow(
      `Account ${acme.id} can be imported into an installation whose management account it is, or back into the organization that it was exported from; this is the installation of ${POOL}, and neither.`,
    );
    await expect(commandIn(join(folder, "nowhere"), POOL)("import", file)).rejects.toThrow(
      `There is no installation in the data directory ${join(folder, "nowhere")}`,
    );
    await expect(account("export", "123456789012", "--to", join(folder, "x"))).rejects.toThrow(
      "There is no account 123456789012 in this installation.",
    );
  });

  test("is not read from a file that is cut off, changed, or another's", async () => {
    const lines = readFileSync(file, "utf8").trimEnd().split("\n");
    const spoilt = join(folder, "spoilt");
    const importing = async (content: string, passphrase = PASSPHRASE) => {
      writeFileSync(spoilt, content);
      const env = { ...environment(pool, POOL), PORTCULLIS_EXPORT_PASSPHRASE: passphrase };
      return runAccountCommand(["import", spoilt, "--replace"], env, new Date());
    };
    const whole = `${lines.join("\n")}\n`;
    await expect(importing(lines.slice(0, -1).join("\n"))).rejects.toThrow(
      "is not whole: its end is missing.",
    );
    await expect(importing([...lines.slice(0, 4), ...lines.slice(5)].join("\n"))).rejects.toThrow(
      "is not whole",
    );
    await expect(importing(whole.replace('"path":"/staff/"', '"path":"/admin/"'))).rejects.toThrow(
      `The export ${spoilt} was changed after it was made.`,
    );
    await expect(importing(whole, "another passphrase")).rejects.toThrow(
      "The passphrase in PORTCULLIS_EXPORT_PASSPHRASE is not the one of this export.",
    );
    await expect(importing(whole, "short")).rejects.toThrow(
      "PORTCULLIS_EXPORT_PASSPHRASE must be set to the export's passphrase, 12 characters or more",
    );
    await expect(importing('{"format":"something else"}\n{}\n')).rejects.toThrow(
      "is not an export of an account.",
    );
    await expect(importing(whole.replace('"version":1', '"version":2'))).rejects.toThrow(
      "is of version 2",
    );
    await expect(importing("")).rejects.toThrow("is not an export of an account.");
    await inPool(async (installation) =>
      expect(await apiAnswers(installation, ana)).toEqual([200, 403]),
    );
  });

  test("is not read from a file whose author put another account into it", async () => {
    const genuine = await openExport(file, PASSPHRASE);
    const importing = async (change: (line: string) => string) => {
      const path = join(folder, randomUUID());
      const forged = await createExportFile(path, genuine);
      await forged.write(
        (async function* () {
          for await (const item of genuine.items()) yield JSON.parse(change(JSON.stringify(item)));
        })(),
      );
      await forged.publish();
      await forged.close();
      return account("import", path, "--replace");
    };
    const refused = `The export of account ${acme.id} holds records of account ${neighbour.id}, and so is refused.`;
    const owner = `"account":"${acme.id}"`;
    await expect(
      importing((line) => line.replace(owner, `"account":"${neighbour.id}"`)),
    ).rejects.toThrow(refused);
    await expect(
      importing((line) =>
        line.replace(`"data":{"id":"${acme.id}"`, `"data":{"id":"${neighbour.id}"`),
      ),
    ).rejects.toThrow(refused);
    await inPool(async (installation) => {
      expect(await apiAnswers(installation, ana)).toEqual([200, 403]);
      expect(await userNames(installation.iamAs(neighbour.admin))).toEqual(["ana", "later"]);
    });
  });

  test("is out of the operator's reach while its installation runs, and commands that make no sense are told so", async () => {
    await inPool(async () => {
      await expect(account("export", acme.id, "--to", join(folder, "x"))).rejects.toThrow(
        `The data directory ${pool} is in use by`,
      );
    });
    for (const [argv, said] of [
      [[], "Use:"],
      [["exprt", acme.id], "Use:"],
      [["export", acme.id], "Name the file to export to: --to <file>."],
      [["export", "acme", "--to", "x"], "An account is named by its 12 digits, not `acme`."],
      [["purge", acme.id, "--replace"], "`purge` has no option --replace."],
      [
        ["purge", acme.id, "--after-days", "soon"],
        "--after-days must be a number of days, not `soon`.",
      ],
      [["purge", acme.id, "--force"], "Use:"],
      [
        ["purge", acme.id, "--table", "t"],
        "A deployed installation is named by --table and --kms-key together.",
      ],
      [
        ["purge", acme.id, "--table", "t", "--kms-key", "k"],
        "Name the installation by --installation",
      ],
    ] as const)
      await expect(account(...argv)).rejects.toThrow(said);
  });

  test("is exported as it was at one moment, whatever happens meanwhile", async () => {
    await withPlace(pool, POOL, async (installation) => {
      const key = { account: acme.id, partition: "probe", sort: "record" };
      const change = (times: number) => {
        let left = times;
        return intercepted(installation, ScanCommand, async () => {
          if (left-- > 0)
            await installation.store.transact([
              { kind: "put", key, data: randomUUID(), expect: "any" },
            ]);
        });
      };
      const options = { path: join(folder, "busy"), passphrase: PASSPHRASE, now: new Date() };
      await expect(exportAccount(change(100), acme.id, options)).rejects.toThrow(
        `Account ${acme.id} changed whenever it was read, 6 times: try again when it is quieter, or close it first.`,
      );
      expect(readdirSync(folder)).not.toContain("busy");
      await exportAccount(change(3), acme.id, options);
      const [last] = await installation.store.get([key]);
      const { items } = await openExport(options.path, PASSPHRASE);
      const probes: unknown[] = [];
      for await (const item of items())
        if (item.partition === "probe") probes.push("data" in item && item.data);
      expect(probes).toEqual([last?.data]);
      await installation.store.transact([{ kind: "delete", key, expect: "any" }]);
    });
  });

  test("whose import is interrupted refuses everybody until it is completed", async () => {
    await withPlace(pool, POOL, async (installation) => {
      const dying = intercepted(installation, BatchWriteItemCommand, dieAt(3));
      const options = { path: file, passphrase: PASSPHRASE, replace: true };
      await expect(importAccount(dying, options)).rejects.toThrow("the machine died");
      await expect(
        exportAccount(installation, acme.id, {
          path: join(folder, "half"),
          passphrase: PASSPHRASE,
          now: new Date(),
        }),
      ).rejects.toThrow(`Account ${acme.id} is only half imported: finish its import first.`);
    });
    await inPool(async (installation) => {
      expect(await apiAnswers(installation, ana)).toEqual([401, 401]);
      expect(await userNames(installation.iamAs(neighbour.admin))).toEqual(["ana", "later"]);
    });
    // The same file again: what was begun may be completed without asking once more.
    await account("import", file);
    await inPool(async (installation) => {
      expect(await detailsOf(installation.iamAs(acme.admin))).toEqual(details);
      expect(await apiAnswers(installation, ana)).toEqual([200, 403]);
    });
  });

  test("is purged only when it has been closed for long enough", async () => {
    await expect(account("purge", acme.id)).rejects.toThrow(
      `Account ${acme.id} is not closed: close it first (organizations CloseAccount).`,
    );
    await inPool(async ({ organizations }) => {
      await organizations.send(new CloseAccountCommand({ AccountId: acme.id }));
    });
    await expect(account("purge", acme.id)).rejects.toThrow(
      /it can be purged from .+ on, 90 days later\.$/,
    );
    await expect(account("purge", POOL)).rejects.toThrow("The management account can't be purged.");
    await expect(account("purge", "999999999999")).rejects.toThrow("is not in this organization");
    await expect(account("import", file, "--replace")).rejects.toThrow(
      "what is closed can't be restored",
    );
  });

  test("leaves nothing behind when it is purged, though it was interrupted", async () => {
    await withPlace(pool, POOL, async (installation) => {
      const before = (await itemsOf(installation, neighbour.id)).length;
      const now = new Date(Date.now() + 91 * 86_400_000);
      const dying = intercepted(installation, BatchWriteItemCommand, dieAt(2));
      await expect(purgeAccount(dying, acme.id, { now, afterDays: 90 })).rejects.toThrow(
        "the machine died",
      );
      const left = await itemsOf(installation, acme.id);
      expect(left.some(({ key }) => key.partition === "account/0")).toBe(true);
      await purgeAccount(installation, acme.id, { now, afterDays: 90 });
      expect(await itemsOf(installation, acme.id)).toEqual([]);
      expect(await itemsOf(installation, neighbour.id)).toHaveLength(before);
      const known = (await itemsOf(installation, POOL)).filter(
        ({ key, record }) =>
          // The operator's own history of what it did with the account remains.
          key.partition !== "account-requests" &&
          !recordsUsage(key.partition) &&
          JSON.stringify({ key, record }).includes(acme.id),
      );
      expect(known).toEqual([]);
      await expect(purgeAccount(installation, acme.id, { now, afterDays: 90 })).rejects.toThrow(
        "has been purged already",
      );
    });
    await inPool(async ({ organizations }) => {
      const { Accounts } = await organizations.send(new ListAccountsCommand({}));
      expect(Accounts?.map(({ Id }) => Id).sort()).toEqual([POOL, neighbour.id].sort());
      await expect(
        organizations.send(new DescribeAccountCommand({ AccountId: acme.id })),
      ).rejects.toMatchObject({ name: "AccountNotFoundException" });
      const { Roots } = await organizations.send(new ListRootsCommand({}));
      const { Children } = await organizations.send(
        new ListChildrenCommand({ ParentId: Roots?.[0]?.Id, ChildType: "ACCOUNT" }),
      );
      expect(Children?.map(({ Id }) => Id)).not.toContain(acme.id);
      // Nothing is attached to the guardrail any more, and the address is free.
      await organizations.send(new DeleteGuardrailCommand({ PolicyId: guardrail }));
      const again = await organizations.send(
        new CreateAccountCommand({ AccountName: "acme", Email: acme.email }),
      );
      expect(again.CreateAccountStatus?.State).toBe("SUCCEEDED");
    });
  });
});

let guardrail = "";

async function forbidCreatingOrders(
  { organizations }: TestInstallation,
  TargetId: string,
): Promise<void> {
  const { Roots } = await organizations.send(new ListRootsCommand({}));
  await organizations.send(
    new EnablePolicyTypeCommand({ RootId: Roots?.[0]?.Id, PolicyType: "SERVICE_CONTROL_POLICY" }),
  );
  const made = await organizations.send(
    new CreateGuardrailCommand({
      Name: "no-orders",
      Description: "",
      Type: "SERVICE_CONTROL_POLICY",
      Content: policy("Deny", "orders:CreateOrder"),
    }),
  );
  guardrail = made.Policy?.PolicySummary?.Id ?? "";
  await organizations.send(new AttachPolicyCommand({ PolicyId: guardrail, TargetId }));
}

const environment = (dataDirectory: string, accountId: string): NodeJS.ProcessEnv => ({
  PORTCULLIS_DATA_DIR: dataDirectory,
  PORTCULLIS_ACCOUNT_ID: accountId,
  PORTCULLIS_EXPORT_PASSPHRASE: PASSPHRASE,
});

/** The operator's command on an installation that is stopped. */
const commandIn =
  (dataDirectory: string, accountId: string) =>
  (...argv: string[]) =>
    runAccountCommand(argv, environment(dataDirectory, accountId), new Date());

/** While an installation runs on a data directory. */
async function during<T>(
  dataDirectory: string,
  accountId: string,
  work: (installation: TestInstallation) => Promise<T>,
): Promise<T> {
  const installation = await startInstallation({ dataDirectory, accountId });
  try {
    return await work(installation);
  } finally {
    await installation.stop();
  }
}

async function withPlace(
  dataDirectory: string,
  accountId: string,
  work: (installation: OperatedInstallation) => Promise<void>,
): Promise<void> {
  const installation = await openLocal(readSettings(environment(dataDirectory, accountId)));
  try {
    await work(installation);
  } finally {
    await installation.close();
  }
}

/** The same installation, with something that happens before each call of one kind to the table. */
function intercepted(
  installation: OperatedInstallation,
  kind: new (...args: never[]) => object,
  before: () => Promise<void>,
): OperatedInstallation {
  const send = async (command: object, ...rest: unknown[]) => {
    if (command instanceof kind) await before();
    return Reflect.apply(installation.table.client.send, installation.table.client, [
      command,
      ...rest,
    ]);
  };
  const client: DynamoDBClient = Object.create(installation.table.client, {
    send: { value: send },
  });
  return { ...installation, table: { ...installation.table, client } };
}

function dieAt(call: number): () => Promise<void> {
  let calls = 0;
  return async () => {
    if (++calls >= call) throw new Error("the machine died");
  };
}

async function itemsOf(
  { table }: OperatedInstallation,
  account: string,
): Promise<readonly AccountItem[]> {
  const found: AccountItem[] = [];
  for await (const { items } of accountPages(table, account)) found.push(...items);
  return found;
}
