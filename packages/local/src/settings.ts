import { LocalError } from "./engine/index.ts";

/** The settings of a local installation, which `npm start` reads from the environment. */
export interface LocalSettings {
  readonly port: number;
  readonly apiPort: number;
  readonly restPort: number;
  /** `:memory:` keeps nothing. */
  readonly dataDirectory: string;
  readonly dynamodbEndpoint: string | undefined;
  readonly accountId: string;
  readonly rootKey: { readonly accessKeyId: string; readonly secretAccessKey: string } | undefined;
  readonly rootEmail: string;
  readonly rootPassword: string | undefined;
  /** Whether the protected API has a resource policy. @default false */
  readonly apiPolicy?: boolean;
  /** Lets through what would be denied at the protected API. @default denials are denials */
  readonly observe?: { readonly unauthenticated?: boolean } | undefined;
}

export const REGION = "us-east-1";

/** AWS's own limits of a root user's password (IAM User Guide, "Change the root user password"). */
const PASSWORD_LENGTH = { min: 8, max: 128 };

const isPasswordLength = (length: number): boolean =>
  length >= PASSWORD_LENGTH.min && length <= PASSWORD_LENGTH.max;

/**
 * Reads the settings.
 * @throws {LocalError} naming the variable that is invalid, and what would be valid
 */
export function readSettings(env: NodeJS.ProcessEnv): LocalSettings {
  const accessKeyId = env.PORTCULLIS_ROOT_ACCESS_KEY_ID;
  const secretAccessKey = env.PORTCULLIS_ROOT_SECRET_ACCESS_KEY;
  if ((accessKeyId === undefined) !== (secretAccessKey === undefined)) {
    throw new LocalError(
      "PORTCULLIS_ROOT_ACCESS_KEY_ID and PORTCULLIS_ROOT_SECRET_ACCESS_KEY must be set together, or neither of them.",
    );
  }
  if (accessKeyId !== undefined && !/^\w{16,128}$/.test(accessKeyId)) {
    throw new LocalError(
      `PORTCULLIS_ROOT_ACCESS_KEY_ID must be 16 to 128 letters, digits or underscores, not \`${accessKeyId}\`.`,
    );
  }
  if (secretAccessKey === "")
    throw new LocalError("PORTCULLIS_ROOT_SECRET_ACCESS_KEY must not be empty.");
  const rootPassword = env.PORTCULLIS_ROOT_PASSWORD || undefined;
  if (rootPassword !== undefined && !isPasswordLength(rootPassword.length)) {
    throw new LocalError(
      `PORTCULLIS_ROOT_PASSWORD must have ${PASSWORD_LENGTH.min} to ${PASSWORD_LENGTH.max} characters.`,
    );
  }
  const accountId = env.PORTCULLIS_ACCOUNT_ID ?? "100000000000";
  if (!/^\d{12}$/.test(accountId))
    throw new LocalError(`PORTCULLIS_ACCOUNT_ID must be 12 digits, not \`${accountId}\`.`);
  return {
    port: port(env, "PORT", 4000),
    apiPort: port(env, "PORTCULLIS_API_PORT", 4001),
    restPort: port(env, "PORTCULLIS_REST_PORT", 4002),
    dataDirectory: env.PORTCULLIS_DATA_DIR || ".portcullis",
    dynamodbEndpoint: env.DYNAMODB_ENDPOINT || undefined,
    accountId,
    rootKey:
      accessKeyId !== undefined && secretAccessKey !== undefined
        ? { accessKeyId, secretAccessKey }
        : undefined,
    rootEmail: env.PORTCULLIS_ROOT_EMAIL ?? "root@localhost",
    apiPolicy: env.PORTCULLIS_API_POLICY === "on",
    rootPassword,
    observe: observeSetting(env.PORTCULLIS_OBSERVE),
  };
}

function observeSetting(text: string | undefined): LocalSettings["observe"] {
  if (text === undefined || text === "") return undefined;
  if (text === "denials") return {};
  if (text === "unauthenticated") return { unauthenticated: true };
  throw new LocalError(`PORTCULLIS_OBSERVE must be denials or unauthenticated, not \`${text}\`.`);
}

function port(env: NodeJS.ProcessEnv, name: string, usual: number): number {
  const text = env[name];
  if (text === undefined || text === "") return usual;
  const value = Number(text);
  if (!/^\d+$/.test(text) || value > 65535)
    throw new LocalError(
      `${name} must be a port from 0 to 65535 (0: any free one), not \`${text}\`.`,
    );
  return value;
}
