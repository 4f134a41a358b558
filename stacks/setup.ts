import { handler } from "./handlers.ts";
import type { IdentityStore } from "./identity-store.ts";
import { type FunctionSettings, leastPrivilegeFunction } from "./least-privilege-function.ts";
import { privilege, storeEnvironment } from "./privilege.ts";
import type { RootKey } from "./root-key.ts";
import type { RootPassword } from "./root-password.ts";

export interface SetUpArgs extends FunctionSettings {
  readonly store: IdentityStore;
  readonly rootKey: RootKey;
  /** Without it the root user has no password, only its key. */
  readonly rootPassword?: RootPassword | undefined;
  /** @default "root@localhost" */
  readonly rootEmail?: string;
}

/**
 * Creates what the store needs before the first request: the data keys, the management account, its
 * root user with the given access key, the keys that sign tokens. The deployment runs it, again if
 * any of its input changes. Only this function may create data keys, and no other one receives the
 * root key, neither in its code nor in its environment.
 */
export function setUp(name: string, args: SetUpArgs): sst.aws.Function {
  const { store, rootKey, rootPassword } = args;
  const fn = leastPrivilegeFunction(`${name}Function`, {
    part: "setup",
    description: "Makes the sealing keys and the root user; the deployment alone runs it",
    handler: handler(args.code, "setup"),
    environment: storeEnvironment(store),
    permissions: privilege("setup", store),
    timeout: "60 seconds",
    live: false,
    tracing: args.tracing,
  });
  new aws.lambda.Invocation(`${name}Run`, {
    functionName: fn.name,
    // A secret: encrypted in SST's state, shown nowhere.
    input: $jsonStringify({
      rootKey: {
        accessKeyId: rootKey.accessKeyId.value,
        secretAccessKey: rootKey.secretAccessKey.value,
      },
      rootEmail: args.rootEmail ?? "root@localhost",
      ...(rootPassword && { rootPassword: rootPassword.value }),
      ...(store.signingKeys && { signingKeys: store.signingKeys }),
    }),
    triggers: { table: store.tableName, key: store.keyArn },
  });
  return fn;
}
