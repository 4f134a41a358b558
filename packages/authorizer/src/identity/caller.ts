import { assumedRoleArn, federatedUserArn, iamArn } from "@portcullis/iam/arn";
import type { Caller, CallerSession } from "@portcullis/iam/caller";
import { roleArn } from "@portcullis/iam/record/role";
import type { Tag } from "@portcullis/iam/record/tag";
import { userArn } from "@portcullis/iam/record/user";
import type { SessionClaims } from "@portcullis/iam/session-claims";
import type { ApplicablePolicies, Principal } from "@portcullis/policy";
import type { Identity } from "./identity.ts";

/** The caller that an identity is, once a signature or a token has proven it. */
export function callerOf(identity: Identity, policies: ApplicablePolicies): Caller {
  const { principalRecord, claims, account, accessKeyId } = identity;
  const session = claims === undefined ? {} : { session: sessionOf(identity, claims) };
  const tags = claims?.tags ?? [];
  const base = { account, accessKeyId, policies, ...session, principal: principalOf(identity) };
  if (principalRecord.type === "Role")
    return { ...base, tags: mergeTags(principalRecord.role.tags, tags) };
  if (principalRecord.type === "Root" || claims?.kind === "FederatedUser") return { ...base, tags };
  const { principal } = principalRecord;
  return { ...base, tags: mergeTags(principal.tags, tags), userName: principal.name };
}

function principalOf({ principalRecord, claims, account }: Identity): Principal {
  const rootArn = iamArn(account, "root");
  if (principalRecord.type === "Role") {
    const { role } = principalRecord;
    const name = claims?.name ?? "";
    return {
      type: "AssumedRole",
      account,
      arn: assumedRoleArn(account, role.name, name),
      userId: `${role.id}:${name}`,
      roleArn: roleArn(role),
      roleId: role.id,
    };
  }
  const arn = principalRecord.type === "Root" ? rootArn : userArn(principalRecord.principal);
  if (claims?.kind === "FederatedUser") {
    const name = claims.name ?? "";
    return {
      type: "FederatedUser",
      account,
      arn: federatedUserArn(account, name),
      userId: `${account}:${name}`,
      userArn: arn,
    };
  }
  if (principalRecord.type === "Root") return { type: "Root", account, arn, userId: account };
  return { type: "User", account, arn, userId: principalRecord.principal.id };
}

function sessionOf({ principalRecord }: Identity, claims: SessionClaims): CallerSession {
  return {
    kind: claims.kind,
    owner: principalRecord.owner,
    claims,
    issuedAt: new Date(claims.issuedAt * 1000),
    expiresAt: new Date(claims.expiresAt * 1000),
    transitiveTagKeys: claims.transitiveTagKeys ?? [],
    ...(claims.mfaAt === undefined ? {} : { mfaAt: new Date(claims.mfaAt * 1000) }),
    ...(principalRecord.type === "Role" ? { roleName: principalRecord.role.name } : {}),
    ...(claims.name === undefined ? {} : { sessionName: claims.name }),
    ...(claims.sourceIdentity === undefined ? {} : { sourceIdentity: claims.sourceIdentity }),
    ...(claims.federatedProvider === undefined
      ? {}
      : { federatedProvider: claims.federatedProvider }),
    ...(claims.contextKeys === undefined ? {} : { contextKeys: claims.contextKeys }),
    ...(claims.passwordChangeOnly ? { passwordChangeOnly: true } : {}),
  };
}

/**
 * Session tags replace those of the role or user. Keys are equal in any case (IAM
 * UG/id_session-tags).
 */
function mergeTags(own: readonly Tag[], over: readonly Tag[]): readonly Tag[] {
  const merged = new Map([...own, ...over].map((tag) => [tag.key.toLowerCase(), tag]));
  return [...merged.values()];
}
