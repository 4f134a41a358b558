import type * as sdk from "@aws-sdk/client-sts";
import { stsArn } from "../../arn.ts";
import { ApiError, validationError } from "../../error.ts";
import { newTokenId, SESSION_CLAIM } from "../../federation/own-token.ts";
import { currentKey, signWith } from "../../federation/signing-keys.ts";
import type { Caller } from "../../model/caller.ts";
import { type EpochSeconds, epochSeconds } from "../../model/epoch-seconds.ts";
import { type OperationContext, operation, type Target } from "../../model/operation.ts";
import type { SessionClaims, SessionOwner } from "../../model/session-claims.ts";
import { signingKeysKey } from "../../record/signing-keys.ts";
import type { Tag } from "../../record/tag.ts";
import { TOKEN_ALGORITHMS, type TokenAlgorithm } from "../../record/token-algorithm.ts";
import { webIdentityFederationKey } from "../../record/web-identity-federation.ts";
import { issueSession } from "../../session/issue-session.ts";
import { sessionTags } from "../../session/session-tags.ts";

const DEFAULT_SECONDS = 300;
const AUDIENCES = 10;
/** API Gateway limits a request's headers to 10,240 bytes in all, and the token is one of them. */
const MAX_TOKEN_LENGTH = 9000;

const selfTarget = ({ account }: OperationContext): Target => ({ arn: stsArn(account, "self") });

export const webIdentityTokenOperations = {
  GetWebIdentityToken: operation<
    sdk.GetWebIdentityTokenCommandInput,
    sdk.GetWebIdentityTokenCommandOutput
  >({
    action: "sts:GetWebIdentityToken",
    target: selfTarget,
    conditionKeys: (_, { Audience, DurationSeconds = DEFAULT_SECONDS, SigningAlgorithm }) => ({
      "sts:IdentityTokenAudience": Audience,
      "sts:DurationSeconds": String(DurationSeconds),
      "sts:SigningAlgorithm": SigningAlgorithm,
    }),
    alsoAuthorize: (context, { Tags }) =>
      Tags?.length ? [{ action: "sts:TagGetWebIdentityToken", target: selfTarget(context) }] : [],
    async run(context, input) {
      const { account, unit, now, sealer, settings } = context;
      if ((await unit.get(webIdentityFederationKey(account))) === undefined) {
        throw new ApiError(
          "OutboundWebIdentityFederationDisabledException",
          "The outbound web identity federation feature is not enabled for this account.",
        );
      }
      const algorithm = algorithmOf(input.SigningAlgorithm);
      const issuedAt = epochSeconds(now);
      const expiresAt = issuedAt + (input.DurationSeconds ?? DEFAULT_SECONDS);
      checkSession(context.caller, expiresAt);
      const keys = await unit.get(signingKeysKey(settings.managementAccount));
      if (keys === undefined)
        throw new Error("the installation has no signing keys: it has not been set up");
      const { tags } = sessionTags(input.Tags ?? [], []);
      const session = sessionOf(context, issuedAt, expiresAt);
      const key = currentKey(keys, algorithm, now);
      const unsigned = [
        { alg: algorithm, kid: key.kid, typ: "JWT" },
        {
          iss: settings.issuer,
          aud: audienceOf(input.Audience ?? []),
          sub: subjectOf(context.caller),
          iat: issuedAt,
          exp: expiresAt,
          jti: newTokenId(),
          "https://sts.amazonaws.com/": claimsOf(context, tags),
          [SESSION_CLAIM]: session,
        },
      ]
        .map((part) => Buffer.from(JSON.stringify(part)).toString("base64url"))
        .join(".");
      const signature = await signWith(key, Buffer.from(unsigned), {
        sealer,
        remoteSigner: context.remoteSigner,
      });
      const token = `${unsigned}.${Buffer.from(signature).toString("base64url")}`;
      if (token.length > MAX_TOKEN_LENGTH) {
        throw new ApiError(
          "JWTPayloadSizeExceededException",
          "The requested token payload size exceeds the maximum allowed size. Reduce the number of request tags included in the GetWebIdentityToken API call to reduce the token payload size.",
        );
      }
      return { WebIdentityToken: token, Expiration: new Date(expiresAt * 1000) };
    },
  }),
} as const;

function algorithmOf(name: string | undefined): TokenAlgorithm {
  const found = TOKEN_ALGORITHMS.find((algorithm) => algorithm === name);
  if (found === undefined)
    throw validationError(
      "1 validation error detected: Value at 'signingAlgorithm' failed to satisfy constraint: Member must satisfy enum value set: [ES384, RS256]",
    );
  return found;
}

function audienceOf(audiences: readonly string[]): string | readonly string[] {
  if (audiences.length === 0 || audiences.length > AUDIENCES) {
    throw validationError(
      `1 validation error detected: Value at 'audience' failed to satisfy constraint: Member must have length between 1 and ${AUDIENCES}`,
    );
  }
  return audiences.length === 1 ? (audiences[0] ?? "") : audiences;
}

/**
 * Refuses a token that would outlive the caller's session.
 * @throws {ApiError} `SessionDurationEscalationException`
 */
function checkSession({ session }: Caller, expiresAt: EpochSeconds): void {
  if (session !== undefined && expiresAt * 1000 > session.expiresAt.getTime()) {
    throw new ApiError(
      "SessionDurationEscalationException",
      "The requested token duration would extend the session beyond its original expiration time. You cannot use this operation to extend the lifetime of a session beyond what was granted when the session was originally created.",
    );
  }
}

/** Returns the token's subject: a role session's role, or else the principal's ARN. */
function subjectOf({ principal }: Caller): string {
  if (principal.type === "AssumedRole") return principal.roleArn;
  if (!("arn" in principal)) throw new TypeError(`${principal.type} has no ARN`);
  return principal.arn;
}

/** Returns AWS's claims about the principal (IAM UG/id_roles_providers_outbound_token_claims). */
function claimsOf(
  { account, caller, settings }: OperationContext,
  requestTags: readonly Tag[],
): object {
  const { session, tags } = caller;
  const named = (list: readonly Tag[]) =>
    Object.fromEntries(list.map(({ key, value }) => [key, value]));
  return {
    aws_account: account,
    source_region: settings.region,
    principal_id: subjectOf(caller),
    ...(session === undefined
      ? {}
      : { original_session_exp: session.expiresAt.toISOString().replace(/\.\d+Z$/, "Z") }),
    ...(session?.sourceIdentity === undefined ? {} : { source_identity: session.sourceIdentity }),
    ...(session?.federatedProvider === undefined
      ? {}
      : { federated_provider: session.federatedProvider }),
    ...(tags.length === 0 ? {} : { principal_tags: named(tags) }),
    ...(requestTags.length === 0 ? {} : { request_tags: named(requestTags) }),
  };
}

/**
 * Returns the token's session: the caller's own, or one that depends on the caller's access key.
 * The session's secret is discarded, so that the token can't sign requests.
 */
function sessionOf(
  { account, caller, sealer }: OperationContext,
  issuedAt: EpochSeconds,
  expiresAt: EpochSeconds,
) {
  const { accessKeyId, principal, session } = caller;
  if (!("userId" in principal)) throw new TypeError(`${principal.type} has no credentials`);
  const owner: SessionOwner =
    session === undefined ? { kind: "key", name: accessKeyId } : session.owner;
  const claims: Omit<SessionClaims, "accessKeyId" | "secret"> =
    session === undefined
      ? { kind: "SessionToken", account, ownerId: principal.userId, issuedAt, expiresAt }
      : session.claims;
  // A session's issue time is that of the original one, so that revoking sessions by issue time
  // revokes their tokens too.
  const { AccessKeyId, SessionToken } = issueSession(sealer, owner, { ...claims, expiresAt });
  return { accessKeyId: AccessKeyId, sessionToken: SessionToken };
}
