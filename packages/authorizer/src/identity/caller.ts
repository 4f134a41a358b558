import type { Caller, CallerSession } from "@portcullis/iam/caller";
import { roleArn } from "@portcullis/iam/record/role";
import type { Tag } from "@portcullis/iam/record/tag";
import { userArn } from "@portcullis/iam/record/user";
import {
  isSessionOwner,
  type SessionClaims,
  type SessionOwner,
} from "@portcullis/iam/session-token";
import type { ApplicablePolicies, Principal } from "@portcullis/policy";
import type { Holder, Identity } from "./identity.ts";

/** The caller that proven credentials stand for. */
export function callerOf(identity: Identity, policies: ApplicablePolicies): Caller {
  const { holder, claims, account, accessKeyId } = identity;
  const session = claims === undefined ? {} : { session: sessionOf(identity, claims) };
  const tags = claims?.tags ?? [];
  const base = { account, accessKeyId, policies, ...session, principal: principalOf(identity) };
  if (holder.type === "Role") return { ...base, tags: overlay(holder.role.tags, tags) };
  if (holder.type === "Root" || claims?.kind === "FederatedUser") return { ...base, tags };
  return { ...base, tags: overlay(holder.principal.tags, tags), userName: holder.principal.name };
}

function principalOf({ holder, claims, account }: Identity): Principal {
  const rootArn = `arn:aws:iam::${account}:root`;
  if (holder.type === "Role") {
    const { role } = holder;
    const name = claims?.name ?? "";
    return {
      type: "AssumedRole",
      account,
      arn: `arn:aws:sts::${account}:assumed-role/${role.name}/${name}`,
      userId: `${role.id}:${name}`,
      roleArn: roleArn(role),
      roleId: role.id,
    };
  }
  const arn = holder.type === "Root" ? rootArn : userArn(holder.principal);
  if (claims?.kind === "FederatedUser") {
    const name = claims.name ?? "";
    return {
      type: "FederatedUser",
      account,
      arn: `arn:aws:sts::${account}:federated-user/${name}`,
      userId: `${account}:${name}`,
      userArn: arn,
    };
  }
  if (holder.type === "Root") return { type: "Root", account, arn, userId: account };
  return { type: "User", account, arn, userId: holder.principal.id };
}

function sessionOf({ holder }: Identity, claims: SessionClaims): CallerSession {
  return {
    kind: claims.kind,
    owner: ownerOf(holder),
    claims,
    issuedAt: new Date(claims.issuedAt * 1000),
    expiresAt: new Date(claims.expiresAt * 1000),
    transitiveTagKeys: claims.transitiveTagKeys ?? [],
    ...(claims.mfaAt === undefined ? {} : { mfaAt: new Date(claims.mfaAt * 1000) }),
    ...(holder.type === "Role" ? { roleName: holder.role.name } : {}),
    ...(claims.name === undefined ? {} : { sessionName: claims.name }),
    ...(claims.sourceIdentity === undefined ? {} : { sourceIdentity: claims.sourceIdentity }),
    ...(claims.federatedProvider === undefined
      ? {}
      : { federatedProvider: claims.federatedProvider }),
    ...(claims.contextKeys === undefined ? {} : { contextKeys: claims.contextKeys }),
    ...(claims.passwordChangeOnly ? { passwordChangeOnly: true } : {}),
  };
}

/** A holder's place is its account, and within that what its sessions live by. */
function ownerOf({ place }: Holder): SessionOwner {
  const owner = place.slice(place.indexOf("#") + 1);
  if (!isSessionOwner(owner)) throw new TypeError(`no session lives by ${place}`);
  return owner;
}

/** Session tags over the role's or user's own, keys compared without case (IAM UG/id_session-tags). */
function overlay(own: readonly Tag[], over: readonly Tag[]): readonly Tag[] {
  const merged = new Map([...own, ...over].map((tag) => [tag.key.toLowerCase(), tag]));
  return [...merged.values()];
}
