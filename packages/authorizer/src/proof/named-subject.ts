import type { Caller } from "@portcullis/iam/caller";
import type { RoleRecord } from "@portcullis/iam/record/role";
import { roleClaims } from "@portcullis/iam/role-claims";
import type { SessionClaims } from "@portcullis/iam/session-claims";
import { callerOf } from "../identity/caller.ts";
import { type Directory, readPrincipalRecord } from "../identity/directory.ts";
import { type Identity, identify } from "../identity/identity.ts";
import { membershipOf, type OrganizationMembership } from "../identity/organization-membership.ts";
import { ownerKey, principalRecordOf } from "../identity/principal-record.ts";
import { isTraced } from "../identity/traces.ts";
import type { PolicySource } from "../policies/policy-source.ts";

/** A principal that a request is about, and that has proven nothing itself. */
export interface NamedSubject {
  readonly account: string;
  readonly owner:
    | { readonly kind: "root" }
    | { readonly kind: "user" | "role"; readonly name: string };
  /** Of a role session. */
  readonly sessionName?: string | undefined;
  /** The credentials of a session, as the subject has presented them. */
  readonly session?: { readonly accessKeyId: string; readonly sessionToken: string } | undefined;
}

/** A subject as a decision needs it, or for the log and the asker the reason why there is none. */
export type FoundSubject =
  | {
      readonly ok: true;
      readonly caller: Caller;
      readonly organization: OrganizationMembership | undefined;
      readonly traced: boolean;
    }
  | { readonly ok: false; readonly reason: string };

/**
 * Finds a subject with its policies, as if it called now: by its session, or else by a long-term
 * access key. A role without a session is one that begins now, without session policies and without
 * MFA.
 */
export async function findSubject(
  directory: Directory,
  policies: PolicySource,
  subject: NamedSubject,
  now: Date,
): Promise<FoundSubject> {
  const { session } = subject;
  const found =
    session === undefined
      ? await readIdentity(directory, subject, now)
      : await identify(directory, session, now, []);
  if (!found.ok) return { ok: false, reason: found.reason };
  const { identity } = found;
  const caller = callerOf(identity, await policies.applicable(directory.reader, identity));
  const account = identity.accountRecord.data;
  return {
    ok: true,
    caller,
    organization: membershipOf(account),
    traced: isTraced(account.traces, caller, now),
  };
}

async function readIdentity(
  directory: Directory,
  { account, owner, sessionName = "" }: NamedSubject,
  now: Date,
): Promise<
  | { readonly ok: true; readonly identity: Identity }
  | { readonly ok: false; readonly reason: string }
> {
  const key = ownerKey(account, owner, directory.managementAccount);
  const read = await readPrincipalRecord(directory, account, key, []);
  if (!read.ok) return read;
  const { record, accountRecord, organization } = read;
  const principalRecord = record && principalRecordOf(owner, record);
  if (principalRecord === undefined) return { ok: false, reason: "the subject does not exist" };
  return {
    ok: true,
    identity: {
      // Nothing is signed with them.
      accessKeyId: "",
      secret: "",
      account,
      accountRecord,
      principalRecord,
      ...(organization ? { organization } : {}),
      ...(principalRecord.type === "Role"
        ? { claims: newSession(principalRecord.role, sessionName, now) }
        : {}),
    },
  };
}

const HOUR_SECONDS = 3600;

/** Of a session that begins now, and for which no credentials are issued. */
function newSession(role: RoleRecord, sessionName: string, now: Date): SessionClaims {
  const issuedAt = Math.floor(now.getTime() / 1000);
  const claims = roleClaims(role, {
    issuedAt,
    expiresAt: issuedAt + HOUR_SECONDS,
    sessionName,
    tags: [],
    transitiveTagKeys: [],
  });
  return { ...claims, accessKeyId: "", secret: "" };
}
