import { parseArgs } from "node:util";
import { openRootRecovery } from "@portcullis/iam/root-recovery";
import { LocalError } from "../engine/index.ts";
import { readSettings } from "../settings.ts";
import { putApiPolicy, readApiPolicy, removeApiPolicy, showApiPolicy } from "./api-policy.ts";
import { exportAccount } from "./export.ts";
import { readPassphrase } from "./export-key.ts";
import { importAccount } from "./import.ts";
import { type OperatedInstallation, openDeployed, openLocal } from "./operated-installation.ts";
import { purgeAccount } from "./purge.ts";

export const USAGE = `npm run account -- export <account> --to <file>
npm run account -- import <file> [--replace]
npm run account -- purge <account> [--after-days 90]
npm run account -- recover-root <account>
npm run account -- api-policy <api id> [--from <file> | --remove]

On a deployed installation, with AWS credentials in the environment, add:
  --table <name> --kms-key <arn> [--installation <app>-<stage>] [--management-account <id>]
Without, on the data directory that npm start uses (PORTCULLIS_DATA_DIR, DYNAMODB_ENDPOINT, PORTCULLIS_ACCOUNT_ID), while it is stopped.
PORTCULLIS_EXPORT_PASSPHRASE opens the secrets in an export.`;

const OPTIONS = {
  to: { type: "string" },
  replace: { type: "boolean" },
  "after-days": { type: "string" },
  from: { type: "string" },
  remove: { type: "boolean" },
  table: { type: "string" },
  "kms-key": { type: "string" },
  installation: { type: "string" },
  "management-account": { type: "string" },
} as const;

type Options = ReturnType<typeof parse>["values"];

/** A command of the operator. Its operand is an account id, a file, or an API id. */
interface Command {
  /** Its options, besides those that name the installation. */
  readonly options: readonly (keyof Options)[];
  /**
   * Checks operand and options, before anything is opened.
   * @returns what to do then; it resolves with the text to print
   */
  readonly prepare: (
    operand: string,
    options: Options,
    env: NodeJS.ProcessEnv,
  ) => (installation: OperatedInstallation, now: Date) => Promise<string>;
}

const COMMANDS: Readonly<Record<string, Command>> = {
  export: {
    options: ["to"],
    prepare(operand, options, env) {
      const account = accountId(operand);
      const passphrase = readPassphrase(env);
      const path = options.to;
      if (path === undefined) throw new LocalError("Name the file to export to: --to <file>.");
      return async (installation, now) => {
        const items = await exportAccount(installation, account, { path, passphrase, now });
        return `Account ${account} is in ${path}: ${items} items.`;
      };
    },
  },
  import: {
    options: ["replace"],
    prepare(path, { replace = false }, env) {
      const passphrase = readPassphrase(env);
      return async (installation) => {
        const { account, items, lostAlias } = await importAccount(installation, {
          path,
          passphrase,
          replace,
        });
        const alias = lostAlias
          ? ` Its alias ${lostAlias} is another account's here, and was left out.`
          : "";
        return `Account ${account} is imported: ${items} items.${alias}`;
      };
    },
  },
  purge: {
    options: ["after-days"],
    prepare(operand, options) {
      const account = accountId(operand);
      const days = options["after-days"] ?? "90";
      if (!/^\d{1,5}$/.test(days))
        throw new LocalError(`--after-days must be a number of days, not \`${days}\`.`);
      return async (installation, now) => {
        const items = await purgeAccount(installation, account, { now, afterDays: Number(days) });
        return `Account ${account} is purged: ${items} items.`;
      };
    },
  },
  "recover-root": {
    options: [],
    prepare(operand) {
      const account = accountId(operand);
      return async ({ store }, now) => {
        const { code, email, expiresAt } = await openRootRecovery({ store, now }, account);
        return [
          `Recovery code for the root user of account ${account} (${email}): ${code}`,
          `It is good for one use until ${expiresAt.toISOString()}: POST /signin with account, email, recoveryCode and newPassword.`,
        ].join("\n");
      };
    },
  },
  "api-policy": {
    options: ["from", "remove"],
    prepare(apiId, { from, remove = false }) {
      if (from !== undefined && remove) throw new LocalError("Give either --from or --remove.");
      const document = from === undefined ? undefined : readApiPolicy(from);
      return async (installation) => {
        if (document !== undefined) return putApiPolicy(installation, apiId, document);
        return remove ? removeApiPolicy(installation, apiId) : showApiPolicy(installation, apiId);
      };
    },
  },
};

/**
 * Runs a command.
 * @returns the text to print
 * @throws {LocalError} for everything that the operator can mend
 */
export async function runAccountCommand(
  argv: readonly string[],
  env: NodeJS.ProcessEnv,
  now: Date,
): Promise<string> {
  const { values, positionals } = parse(argv);
  const [name = "", operand, ...more] = positionals;
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (command === undefined || operand === undefined || more.length > 0)
    throw new LocalError(`Use:\n${USAGE}`);
  const own: readonly string[] = ["to", "replace", "after-days", "from", "remove"];
  const stray = Object.keys(values).find(
    (option) => own.includes(option) && !(command.options as readonly string[]).includes(option),
  );
  if (stray !== undefined) throw new LocalError(`\`${name}\` has no option --${stray}.`);
  const run = command.prepare(operand, values, env);
  const installation = await openInstallation(values, env);
  try {
    return await run(installation, now);
  } catch (error) {
    if (error instanceof RangeError) throw new LocalError(sentence(error.message));
    throw error;
  } finally {
    await installation.close();
  }
}

function openInstallation(options: Options, env: NodeJS.ProcessEnv): Promise<OperatedInstallation> {
  const { table, "kms-key": keyArn } = options;
  const settings = readSettings({
    ...env,
    ...(options["management-account"]
      ? { PORTCULLIS_ACCOUNT_ID: options["management-account"] }
      : {}),
  });
  if (table === undefined && keyArn === undefined) return openLocal(settings);
  const installation = options.installation ?? /^(.+)-identity$/.exec(table ?? "")?.[1];
  if (table === undefined || keyArn === undefined)
    throw new LocalError("A deployed installation is named by --table and --kms-key together.");
  if (installation === undefined) {
    throw new LocalError(
      `Name the installation by --installation <app>-<stage>: the table's name \`${table}\` does not end with -identity and so does not tell.`,
    );
  }
  return openDeployed({
    tableName: table,
    keyArn,
    installation,
    managementAccount: settings.accountId,
  });
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({ args: [...argv], options: OPTIONS, allowPositionals: true, strict: true });
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new LocalError(`${error.message}\nUse:\n${USAGE}`);
  }
}

function accountId(text: string): string {
  if (!/^\d{12}$/.test(text))
    throw new LocalError(`An account is named by its 12 digits, not \`${text}\`.`);
  return text;
}

const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
