import {
  type Answer,
  type Authorizer,
  type AuthorizerOptions,
  createAuthorizer,
  type DecisionLine,
  requestOfV2,
} from "@portcullis/authorizer";
import { createDirectory } from "@portcullis/functions";
import { bootstrap } from "@portcullis/iam/bootstrap";
import type { Reader, Store } from "@portcullis/iam/store";
import {
  createKeyRingIfAbsent,
  dynamoStore,
  type KeyWrapper,
  memoryKeyWrapper,
} from "@portcullis/store";
import { slimReader } from "@portcullis/store/slim-reader";
import { CREDENTIALS, testTable } from "./engine.ts";
import { eventOf, HOST } from "./gateway-event.ts";
import { signHeader, type WireRequest } from "./wire-signer.ts";

export const ROOT = {
  accessKeyId: "AKIAPORTCULLISROOT01",
  secretAccessKey: "a-root-secret-for-tests-only",
};
export const ACCOUNT = "100000000000";

/**
 * An installation of a root user alone, for authorizers that a test makes with faults of its own.
 */
export interface OwnInstallation {
  readonly endpoint: string;
  readonly store: Store;
  readonly wrapper: KeyWrapper;
  readonly reader: (endpoint?: string) => Reader;
  stop(): Promise<void>;
}

export interface OwnAuthorizer extends Authorizer {
  readonly lines: readonly DecisionLine[];
  /** The answer to a request of the root user. */
  ask(request?: Partial<WireRequest>): Promise<Answer>;
}

export async function ownInstallation(): Promise<OwnInstallation> {
  const table = await testTable();
  const store = dynamoStore({ client: table.client(), tableName: table.tableName });
  const wrapper = memoryKeyWrapper();
  const now = new Date();
  const nowSeconds = Math.floor(now.getTime() / 1000);
  const sealer = await createKeyRingIfAbsent({ store, wrapper, account: ACCOUNT, nowSeconds });
  await bootstrap(
    { store, sealer, account: ACCOUNT, now },
    { key: ROOT, makeKey: false, email: "root@localhost" },
  );
  return {
    endpoint: table.endpoint,
    store,
    wrapper,
    reader: (endpoint = table.endpoint) =>
      slimReader({
        region: "us-east-1",
        tableName: table.tableName,
        endpoint,
        credentials: () => CREDENTIALS,
        timeouts: { deadlineMilliseconds: 300, attemptMilliseconds: 100 },
      }),
    stop: () => table.stop(),
  };
}

export function ownAuthorizer(
  { wrapper }: Pick<OwnInstallation, "wrapper">,
  { reader, ...options }: Partial<AuthorizerOptions> & { readonly reader: Reader },
): OwnAuthorizer {
  const lines: DecisionLine[] = [];
  const directory = createDirectory({ reader, unwrapper: wrapper, managementAccount: ACCOUNT });
  const authorizer = createAuthorizer({
    directory,
    reader,
    log: (line) => lines.push(line),
    ...options,
  });
  return {
    ...authorizer,
    lines,
    ask: (request = {}) => authorizer.decide(requestOf({ path: "/whoami", ...request })),
  };
}

/** A request of the root user as an HTTP API's authorizer is given it. */
export function requestOf(request: WireRequest) {
  const { method, target, headers } = signHeader(HOST, ROOT, request);
  const [rawPath = "", rawQueryString = ""] = target.split("?");
  return requestOfV2(eventOf({ method, rawPath, rawQueryString, headers }), {
    region: "us-east-1",
    pathIsDecoded: false,
  });
}
