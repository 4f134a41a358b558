import {
  type Authorizer,
  type AuthorizerOptions,
  type Log,
  logToStdout,
  type ServiceDefinition,
} from "@portcullis/authorizer";
import { sharedReader } from "@portcullis/store/shared-reader";
import { type CredentialSource, environmentCredentials } from "@portcullis/store/slim-reader";
import { authorizerOver } from "./api-authorizer.ts";
import { type Connection, deployedConnection, localConnection } from "./connection.ts";

/** What the owner of a server may want otherwise. */
export interface ServerChoices
  extends Pick<AuthorizerOptions, "allowUnsignedPayload" | "stalenessSeconds"> {
  /**
   * The server's AWS credentials, such as `fromNodeProviderChain()` of
   * `@aws-sdk/credential-providers`, which caches them. @default those of the environment
   */
  readonly credentials?: CredentialSource;
  /** Where each decision is logged. @default standard output: JSON, or text on a terminal */
  readonly log?: Log;
}

/** An authorizer in the server of an API, and the region in its ARNs. */
export interface ServerAuthorizer {
  readonly authorizer: Authorizer;
  readonly region: string;
}

/**
 * Makes the authorizer of a server at its first request. The environment names the installation:
 * `PORTCULLIS_TABLE` and the others a deployed one, `PORTCULLIS_DATA_DIR` one on this machine.
 * @throws {Error} when it names none, or both
 */
export function serverAuthorizer(
  service: ServiceDefinition,
  choices: ServerChoices = {},
): () => ServerAuthorizer {
  let made: ServerAuthorizer | undefined;
  return () => {
    made ??= make(service, choices);
    return made;
  };
}

function make(
  service: ServiceDefinition,
  { credentials = environmentCredentials, log = logToStdout(), ...choices }: ServerChoices,
): ServerAuthorizer {
  const connection = connectionOf(credentials);
  const { region } = connection;
  return { authorizer: authorizerOver(connection, service, { ...choices, log }), region };
}

function connectionOf(credentials: CredentialSource): Connection {
  const { PORTCULLIS_TABLE: table, PORTCULLIS_DATA_DIR: directory } = process.env;
  if (table && directory)
    throw new Error("PORTCULLIS_TABLE and PORTCULLIS_DATA_DIR are set: unset one of them");
  if (table) return deployedConnection(credentials, sharedReader);
  if (directory) return localConnection(directory);
  throw new Error(
    "no installation is named: set PORTCULLIS_TABLE and the others of the deployment, or PORTCULLIS_DATA_DIR to the data directory of `npx portcullis start`",
  );
}
