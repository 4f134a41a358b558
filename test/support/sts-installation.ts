import { DynamoDBClient, ScanCommand } from "@aws-sdk/client-dynamodb";
import {
  CreateAccessKeyCommand,
  CreateRoleCommand,
  CreateUserCommand,
  IAMClient,
  PutRolePolicyCommand,
  PutUserPolicyCommand,
} from "@aws-sdk/client-iam";
import { STSClient } from "@aws-sdk/client-sts";
import { ordersLocal } from "@portcullis/example-orders";
import type { Store } from "@portcullis/iam/store";
import { startLocal } from "@portcullis/local";
import { dynamoStore } from "@portcullis/store";
import { afterAll, beforeAll } from "vitest";

export const ACCOUNT = "100000000000";

export interface TestCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/**
 * What a test file does with its installation, which is started before its tests and stopped after
 * them.
 */
export interface StsInstallation {
  readonly url: () => string;
  readonly apiUrl: () => string;
  readonly root: () => TestCredentials;
  readonly iam: (credentials?: TestCredentials) => IAMClient;
  readonly sts: (credentials?: TestCredentials) => STSClient;
  /** An STS client without credentials. */
  readonly anonymous: () => STSClient;
  /** A user with a key; `document` is its inline policy. */
  readonly user: (name: string, document?: object) => Promise<TestCredentials>;
  readonly role: (
    name: string,
    trust: object | string,
    options?: { readonly document?: object; readonly maxSeconds?: number },
  ) => Promise<string>;
  readonly logged: readonly object[];
  /** The identity table itself. */
  readonly store: () => Store;
  /**
   * All that the table holds but what is learnt from the decision log (what was used when), in an
   * order of its own.
   */
  readonly contents: () => Promise<readonly string[]>;
}

/** What is written from the log, some time later. */
const LEARNT =
  /#(?:access-counts|audit|decision-request|decisions|dropped-records|key-usage|last-accessed|last-used)/;

export function stsInstallation(): StsInstallation {
  let running: Awaited<ReturnType<typeof startLocal>> | undefined;
  const logged: object[] = [];
  const here = () => {
    if (running === undefined) throw new Error("the installation has not been started");
    return running;
  };
  beforeAll(async () => {
    running = await startLocal(
      {
        port: 0,
        apiPort: 0,
        restPort: 0,
        dataDirectory: ":memory:",
        dynamodbEndpoint: undefined,
        accountId: ACCOUNT,
        rootKey: undefined,
        rootEmail: "root@localhost",
        rootPassword: "correct horse battery",
      },
      ordersLocal,
      { log: (line) => logged.push(line) },
    );
  });
  afterAll(() => running?.stop());

  const root = (): TestCredentials => {
    const key = here().rootKey;
    if (key === undefined) throw new Error("the root key was not made");
    return key;
  };
  const options = (credentials: TestCredentials) => ({
    endpoint: here().controlUrl,
    region: "us-east-1",
    credentials,
    maxAttempts: 1,
  });
  const dynamodb = () =>
    new DynamoDBClient({
      endpoint: here().dynamodbEndpoint,
      region: "us-east-1",
      credentials: { accessKeyId: "local", secretAccessKey: "local" },
    });
  const iam = (credentials = root()) => new IAMClient(options(credentials));
  return {
    url: () => here().controlUrl,
    apiUrl: () => here().apiUrl,
    root,
    iam,
    sts: (credentials = root()) => new STSClient(options(credentials)),
    anonymous: () =>
      new STSClient({ ...options(root()), signer: { sign: async (request) => request } }),
    logged,
    store: () => dynamoStore({ tableName: "portcullis", client: dynamodb() }),
    async contents() {
      const client = dynamodb();
      const { Items = [] } = await client.send(
        new ScanCommand({ TableName: "portcullis", ConsistentRead: true }),
      );
      client.destroy();
      return Items.filter(({ pk }) => !LEARNT.test(pk?.S ?? ""))
        .map((item) => JSON.stringify(Object.entries(item).sort()))
        .sort();
    },
    async user(name, document) {
      await iam().send(new CreateUserCommand({ UserName: name }));
      if (document !== undefined) {
        await iam().send(
          new PutUserPolicyCommand({
            UserName: name,
            PolicyName: "own",
            PolicyDocument: JSON.stringify(document),
          }),
        );
      }
      const { AccessKey } = await iam().send(new CreateAccessKeyCommand({ UserName: name }));
      return {
        accessKeyId: AccessKey?.AccessKeyId ?? "",
        secretAccessKey: AccessKey?.SecretAccessKey ?? "",
      };
    },
    async role(name, trust, { document, maxSeconds } = {}) {
      const { Role } = await iam().send(
        new CreateRoleCommand({
          RoleName: name,
          AssumeRolePolicyDocument: typeof trust === "string" ? trust : JSON.stringify(trust),
          MaxSessionDuration: maxSeconds,
        }),
      );
      if (document !== undefined) {
        await iam().send(
          new PutRolePolicyCommand({
            RoleName: name,
            PolicyName: "own",
            PolicyDocument: JSON.stringify(document),
          }),
        );
      }
      return Role?.Arn ?? "";
    },
  };
}

export const credentialsOf = (
  answered:
    | {
        AccessKeyId: string | undefined;
        SecretAccessKey: string | undefined;
        SessionToken: string | undefined;
      }
    | undefined,
): TestCredentials & { readonly sessionToken: string } => ({
  accessKeyId: answered?.AccessKeyId ?? "",
  secretAccessKey: answered?.SecretAccessKey ?? "",
  sessionToken: answered?.SessionToken ?? "",
});

export const allow = (
  action: string | readonly string[],
  resource: string | readonly string[] = "*",
  condition?: object,
) => ({
  Version: "2012-10-17",
  Statement: [
    {
      Effect: "Allow",
      Action: action,
      Resource: resource,
      ...(condition && { Condition: condition }),
    },
  ],
});

export const trust = (
  principal: object | string,
  action: string | readonly string[] = "sts:AssumeRole",
  condition?: object,
) => ({
  Version: "2012-10-17",
  Statement: [
    {
      Effect: "Allow",
      Principal: principal,
      Action: action,
      ...(condition && { Condition: condition }),
    },
  ],
});

export const rootOf = (account: string) => ({ AWS: `arn:aws:iam::${account}:root` });

/** What the control API answered in place of a result. */
export async function refusal(
  answer: Promise<unknown>,
): Promise<{ code: string; message: string; status: number | undefined }> {
  try {
    await answer;
  } catch (error) {
    if (error instanceof Error && "$metadata" in error) {
      const { httpStatusCode } = error.$metadata as { httpStatusCode?: number };
      // The SDK names its errors by their shape; the code that was sent stands beside it.
      const { Error: sent } = error as { Error?: { Code?: string } };
      return { code: sent?.Code ?? error.name, message: error.message, status: httpStatusCode };
    }
    throw error;
  }
  throw new Error("it was not refused");
}
