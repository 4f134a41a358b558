import {
  type Answer,
  type ApiRequest,
  type AuthorizerOptions,
  createAuthorizer,
  type DecisionLine,
  requestOfV2,
} from "@portcullis/authorizer";
import { makeAccessKeyId } from "@portcullis/iam/access-key-id";
import { issueSession } from "@portcullis/iam/issue-session";
import {
  type AccessKeyRecord,
  accessKeyKey,
  accessKeySeal,
} from "@portcullis/iam/record/access-key";
import { ACCOUNT_COPIES, type AccountRecord, accountKey } from "@portcullis/iam/record/account";
import { type GroupRecord, groupKey } from "@portcullis/iam/record/group";
import {
  type ManagedPolicyRecord,
  managedPolicyArn,
  managedPolicyKey,
} from "@portcullis/iam/record/managed-policy";
import {
  type OrganizationRecord,
  organizationKey,
  type ServiceControlPolicyRecord,
  serviceControlPolicyKey,
} from "@portcullis/iam/record/organization";
import { type RoleRecord, roleKey } from "@portcullis/iam/record/role";
import { type UserPrincipal, userKey } from "@portcullis/iam/record/user";
import { roleClaims } from "@portcullis/iam/role-claims";
import type { SessionClaims, SessionOwner } from "@portcullis/iam/session-claims";
import {
  type Key,
  keyId,
  type Reader,
  type RecordKey,
  recordsOf,
  type Stored,
} from "@portcullis/iam/store";
import { eventOf, HOST } from "./gateway-event.ts";
import type { TestCredentials } from "./harness.ts";
import { memoryKeyRing } from "./memory-key-ring.ts";
import { roleTrust } from "./trust.ts";
import { signHeader, type WireRequest } from "./wire-signer.ts";

/** The management account of every world. */
export const ACCOUNT = "100000000000";
/** When every request of a world is signed and decided, unless a test says otherwise. */
export const NOW = new Date("2030-01-01T00:00:00Z");
const CREATED = "2029-01-01T00:00:00Z";

/**
 * Records in memory as the table has them, and authorizers that read them. No server, no engine and
 * no operation takes part, so a request takes a millisecond.
 */
export function recordWorld() {
  const sealer = memoryKeyRing();
  const records = new Map<string, Stored>();
  let version = 0;
  const read: { readonly by: "get" | "snapshot"; readonly keys: readonly Key[] }[] = [];
  const find = (key: Key) => records.get(keyId(key));
  const reader: Reader = {
    async get(keys) {
      read.push({ by: "get", keys });
      return recordsOf(keys, keys.map(find));
    },
    async snapshot(keys) {
      read.push({ by: "snapshot", keys });
      return recordsOf(keys, keys.map(find));
    },
  };

  /** Stores a record under a new version, at all of the keys. */
  function put<Data>(data: Data, ...keys: readonly RecordKey<Data>[]): void {
    version++;
    for (const key of keys) records.set(keyId(key), { key, version, data });
  }
  const remove = (key: Key): void => void records.delete(keyId(key));
  /** Stores anything in the place of a record, as only a fault of a writer would. */
  const replace = (key: Key, data: unknown): void =>
    void records.set(keyId(key), { key, version: ++version, data });
  function stored<Data>(key: RecordKey<Data>): Stored<Data> {
    const [found] = recordsOf([key] as const, [find(key)]);
    if (found === undefined) throw new Error(`there is no record ${keyId(key)}`);
    return found;
  }
  const get = <Data>(key: RecordKey<Data>): Data => stored(key).data;
  /** Stores a record under the version that it has. */
  const restore = (record: Stored): void => void records.set(keyId(record.key), record);

  const copies = Array.from({ length: ACCOUNT_COPIES }, (_, copy) => copy);
  const account = (changes: Partial<AccountRecord> = {}, id = changes.id ?? ACCOUNT): void =>
    put<AccountRecord>(
      { id, status: "ACTIVE", createdAt: CREATED, groups: {}, ...changes },
      ...copies.map((copy) => accountKey(id, copy)),
    );
  const organization = (changes: Partial<OrganizationRecord> = {}): void =>
    put<OrganizationRecord>(
      {
        id: "o-a1b2c3d4e5",
        managementAccount: ACCOUNT,
        createdAt: CREATED,
        rootId: "r-ab12",
        serviceControlEnabled: true,
        attached: {},
        rootTags: [],
        ...changes,
      },
      ...copies.map((copy) => organizationKey(ACCOUNT, copy)),
    );

  /** A service control policy. Its writer has to write the organization's record as well. */
  const guardrail = (id: string, document: string): void =>
    put<ServiceControlPolicyRecord>(
      { id, name: id, description: "", document, tags: [] },
      serviceControlPolicyKey(ACCOUNT, id),
    );

  /** A managed policy, by its ARN. Its writer has to write the account's record as well. */
  function managed(
    name: string,
    document: string,
    changes: Partial<ManagedPolicyRecord> = {},
  ): string {
    const policy: ManagedPolicyRecord = {
      account: ACCOUNT,
      name,
      id: `ANPA${name.toUpperCase()}`,
      path: "/",
      createdAt: CREATED,
      updatedAt: CREATED,
      tags: [],
      defaultVersion: 1,
      document,
      versions: [{ number: 1, createdAt: CREATED }],
      nextVersion: 2,
      ...changes,
    };
    put(policy, managedPolicyKey(policy.account, name));
    return managedPolicyArn(policy);
  }

  function group(id: string, changes: Partial<GroupRecord> = {}): void {
    const base = { account: ACCOUNT, name: id, id, path: "/", createdAt: CREATED };
    put<GroupRecord>({ ...base, inline: [], attached: [], ...changes }, groupKey(ACCOUNT, id));
  }

  /** An access key of the principal. */
  function key(
    principal: AccessKeyRecord["principal"],
    changes: Partial<AccessKeyRecord> = {},
  ): TestCredentials {
    const accessKeyId = changes.id ?? makeAccessKeyId("AKIA", principal.account);
    const secretAccessKey = `the secret of ${accessKeyId}`;
    const seal = accessKeySeal(principal.account, accessKeyId);
    const sealedSecret = sealer.seal(Buffer.from(secretAccessKey), seal);
    put<AccessKeyRecord>(
      {
        id: accessKeyId,
        status: "Active",
        createdAt: CREATED,
        sealedSecret,
        principal,
        ...changes,
      },
      accessKeyKey(accessKeyId, ACCOUNT),
    );
    return { accessKeyId, secretAccessKey };
  }

  /** A user, with its record. `key` makes its credentials. */
  function user(name: string, changes: Partial<UserPrincipal> = {}): UserPrincipal {
    const principal: UserPrincipal = {
      type: "User",
      account: ACCOUNT,
      name,
      id: `AIDA${name.toUpperCase()}`,
      path: "/",
      tags: [],
      groups: [],
      inline: [],
      attached: [],
      ...changes,
    };
    put({ principal, createdAt: CREATED, accessKeys: [] }, userKey(principal.account, name));
    return principal;
  }

  function role(name: string, changes: Partial<RoleRecord> = {}): RoleRecord {
    const made: RoleRecord = {
      account: ACCOUNT,
      name,
      id: `AROA${name.toUpperCase()}`,
      path: "/",
      createdAt: CREATED,
      maxSessionSeconds: 3600,
      trust: { document: roleTrust(ACCOUNT), principalIds: [] },
      tags: [],
      inline: [],
      attached: [],
      ...changes,
    };
    put(made, roleKey(made.account, name));
    return made;
  }

  /** Temporary credentials. */
  function session(
    owner: SessionOwner,
    claims: Partial<SessionClaims> & Pick<SessionClaims, "kind" | "ownerId">,
  ): TestCredentials {
    const issuedAt = NOW.getTime() / 1000;
    const issued = issueSession(sealer, owner, {
      account: ACCOUNT,
      issuedAt,
      expiresAt: issuedAt + 3600,
      ...claims,
    });
    return {
      accessKeyId: issued.AccessKeyId,
      secretAccessKey: issued.SecretAccessKey,
      sessionToken: issued.SessionToken,
    };
  }
  const roleSession = (of: RoleRecord, changes: Partial<SessionClaims> = {}): TestCredentials => {
    const issuedAt = NOW.getTime() / 1000;
    const times = { issuedAt, expiresAt: issuedAt + 3600 };
    const claims = roleClaims(of, {
      ...times,
      sessionName: "one",
      tags: [],
      transitiveTagKeys: [],
    });
    return session({ kind: "role", name: of.name }, { ...claims, ...changes });
  };

  const directory: AuthorizerOptions["directory"] = {
    managementAccount: ACCOUNT,
    pendingKeyRing: () => undefined,
    sealer: async () => sealer,
    keyRing: async () => sealer,
  };

  function authorizer(options: Partial<AuthorizerOptions> = {}) {
    const lines: DecisionLine[] = [];
    const made = createAuthorizer({
      directory,
      reader,
      now: () => NOW,
      log: (line) => lines.push(line),
      ...options,
    });
    return {
      ...made,
      lines,
      /** The answer to a signed request, and what its log line has. */
      async ask(credentials: TestCredentials, request: Partial<WireRequest> = {}): Promise<Asked> {
        const answer = await made.decide(signedRequest(credentials, request));
        return { ...answer, line: lines.at(-1) };
      },
      /** The answer to a request with these headers alone. */
      async send(headers: Readonly<Record<string, string>>, target = "/whoami"): Promise<Asked> {
        const answer = await made.decide(unsignedRequest(headers, target));
        return { ...answer, line: lines.at(-1) };
      },
    };
  }

  account();
  return {
    sealer,
    reader,
    read,
    directory,
    put,
    get,
    stored,
    restore,
    replace,
    remove,
    account,
    organization,
    guardrail,
    managed,
    group,
    key,
    user,
    role,
    session,
    roleSession,
    authorizer,
  };
}

export type RecordWorld = ReturnType<typeof recordWorld>;
export type Asked = Answer & { readonly line: DecisionLine | undefined };

/** A request as an HTTP API's authorizer is given it. */
export function signedRequest(
  credentials: TestCredentials,
  request: Partial<WireRequest> = {},
): ApiRequest {
  const { method, target, headers } = signHeader(HOST, credentials, {
    path: "/whoami",
    date: NOW,
    ...request,
  });
  const [rawPath = "", rawQueryString = ""] = target.split("?");
  return toRequest(eventOf({ method, rawPath, rawQueryString, headers }));
}

/** A request with these headers and the host's alone. */
export function unsignedRequest(
  headers: Readonly<Record<string, string>>,
  target = "/whoami",
): ApiRequest {
  const [rawPath = "", rawQueryString = ""] = target.split("?");
  const all = { host: HOST, ...headers };
  return toRequest(eventOf({ method: "GET", rawPath, rawQueryString, headers: all }));
}

const toRequest = (event: Parameters<typeof requestOfV2>[0]): ApiRequest =>
  requestOfV2(event, { region: "us-east-1", pathIsDecoded: false });
