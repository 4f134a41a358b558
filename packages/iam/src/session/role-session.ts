import { assumedRoleArn } from "../arn.ts";
import { validationError } from "../error.ts";
import type { OperationContext } from "../model/operation.ts";
import type { RoleRecord } from "../record/role.ts";
import { issueSession, tokenUse } from "./issue-session.ts";
import { type RoleClaimsInput, roleClaims } from "./role-claims.ts";
import { packedPolicySize, type RequestedPolicies, sessionPolicies } from "./session-policies.ts";
import type { SessionTags } from "./session-tags.ts";

/** The requested properties of a role session. */
export interface RoleSession extends RequestedPolicies, SessionTags {
  readonly sessionName: string;
  readonly DurationSeconds?: number | undefined;
  readonly MinimumSessionTokenSize?: number | undefined;
  readonly sourceIdentity?: string | undefined;
  /**
   * Role chaining: the role is assumed with temporary credentials, for at most an hour (IAM
   * UG/id_roles).
   */
  readonly chained?: boolean;
  /** The maximum duration in seconds that the identity provider allows. */
  readonly maxSeconds?: number | undefined;
  readonly federation?: RoleClaimsInput["federation"];
}

const ONE_HOUR = 3600;

/**
 * Issues credentials for a role. Returns the members that all AssumeRole* operations answer. Writes
 * nothing.
 * @throws {ApiError} `ValidationError`, `MalformedPolicyDocument`, `PackedPolicyTooLarge`
 */
export async function startRoleSession(
  context: OperationContext,
  role: RoleRecord,
  session: RoleSession,
) {
  const { now, sealer } = context;
  const { sessionName, tags, transitiveTagKeys, sourceIdentity, federation } = session;
  const seconds = durationOf(role, session);
  const issuedAt = Math.floor(now.getTime() / 1000);
  const claims = roleClaims(role, {
    issuedAt,
    expiresAt: issuedAt + seconds,
    sessionName,
    ...(await sessionPolicies(context, role.account, session)),
    tags,
    transitiveTagKeys,
    sourceIdentity,
    federation,
  });
  const packed = packedPolicySize(claims);
  const credentials = issueSession(
    sealer,
    { kind: "role", name: role.name },
    claims,
    session.MinimumSessionTokenSize,
  );
  return {
    Credentials: credentials,
    AssumedRoleUser: {
      AssumedRoleId: `${role.id}:${sessionName}`,
      Arn: assumedRoleArn(role.account, role.name, sessionName),
    },
    ...packed,
    ...tokenUse(credentials),
    ...(sourceIdentity === undefined ? {} : { SourceIdentity: sourceIdentity }),
  };
}

function durationOf(
  role: RoleRecord,
  { DurationSeconds: wanted, chained, maxSeconds }: RoleSession,
): number {
  if (wanted === undefined)
    return Math.min(ONE_HOUR, role.maxSessionSeconds, maxSeconds ?? ONE_HOUR);
  if (chained && wanted > ONE_HOUR) {
    throw validationError(
      "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.",
    );
  }
  if (wanted > role.maxSessionSeconds) {
    throw validationError(
      "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.",
    );
  }
  return Math.min(wanted, maxSeconds ?? wanted);
}
