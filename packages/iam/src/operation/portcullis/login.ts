import { randomBytes } from "node:crypto";
import { ApiError, validationError } from "../../error.ts";
import type { AuthorizeOAuth2AccessInput, AuthorizeOAuth2AccessOutput } from "../../login/api.ts";
import { sealCode } from "../../login/authorization-code.ts";
import { readAuthorizationRequest } from "../../login/authorization-request.ts";
import { type LoginOwner, passwordOwner } from "../../login/login-grant.ts";
import { type OperationContext, type OperationTable, operation } from "../../model/operation.ts";

/** As AWS's policy SignInLocalDevelopmentAccess grants it. */
const clientArn = ({ settings, account }: OperationContext): string =>
  `arn:aws:signin:${settings.region}:${account}:oauth2/public-client/localhost`;

export const loginOperations: OperationTable = {
  AuthorizeOAuth2Access: operation<
    AuthorizeOAuth2AccessInput,
    AuthorizeOAuth2AccessOutput & { $metadata?: object }
  >({
    action: "signin:AuthorizeOAuth2Access",
    target: (context) => ({ arn: clientArn(context) }),
    async run(context, input) {
      const request = readAuthorizationRequest({
        clientId: input.ClientId,
        redirectUri: input.RedirectUri,
        codeChallenge: input.CodeChallenge,
        codeChallengeMethod: input.CodeChallengeMethod,
        state: input.State,
      });
      if (typeof request === "string") throw validationError(request);
      const code = sealCode(context.sealer, await grantOf(context), request, context.now);
      const location = new URL(request.redirectUri);
      location.searchParams.set("code", code);
      location.searchParams.set("state", request.state);
      return { Location: location.href };
    },
  }),
};

/**
 * What the caller grants: its own sign-in, for as long as that still lasts. Other credentials can't
 * be granted, because nothing would end the login: no password change and no lost MFA device.
 */
async function grantOf({ caller, unit, now, account }: OperationContext) {
  const { session } = caller;
  const owner = session?.kind === "SignIn" ? ownerOf(session.owner) : undefined;
  if (session === undefined || owner === undefined)
    throw new ApiError("AccessDenied", "Only a session of a sign-in can authorize an application.");
  const { ownerId, issuedAt, expiresAt, mfaAt } = session.claims;
  const found = await passwordOwner(unit, { account, owner, ownerId }, now);
  if (found === undefined)
    throw new ApiError("AccessDenied", "The principal can no longer sign in with its password.");
  return {
    account,
    owner,
    ownerId,
    loginId: randomBytes(16).toString("base64url"),
    signedInAt: issuedAt,
    expiresAt,
    ...(mfaAt === undefined ? {} : { mfaAt }),
    passwordStamp: found.passwordStamp,
  };
}

function ownerOf(owner: { readonly kind: string; readonly name?: string }): LoginOwner | undefined {
  if (owner.kind === "root") return { kind: "root" };
  return owner.kind === "user" && owner.name !== undefined
    ? { kind: "user", name: owner.name }
    : undefined;
}
