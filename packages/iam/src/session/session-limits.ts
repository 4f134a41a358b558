import { ApiError } from "../error.ts";
import type { Caller } from "../model/caller.ts";
import { mustChangePasswordFirst } from "./password-change.ts";

type SessionKind = NonNullable<Caller["session"]>["kind"];

/**
 * The error if temporary credentials must not call an action, whatever their policies (IAM
 * UG/id_credentials_sts-comparison). As in AWS, IAM reports credentials that it does not accept as
 * unknown ones.
 */
export function refuseForSession(caller: Caller, action: string): ApiError | undefined {
  const { session } = caller;
  if (session === undefined) return undefined;
  const [service, name = ""] = action.split(":");
  if (mustChangePasswordFirst(caller, action)) {
    return new ApiError(
      "AccessDenied",
      "The password must be changed before anything else is allowed.",
    );
  }
  if (service === "iam" && !callsIam(session)) {
    return new ApiError(
      "InvalidClientTokenId",
      "The security token included in the request is invalid.",
    );
  }
  if (service === "sts" && !STS_CALLS[session.kind](name)) {
    return new ApiError("AccessDenied", `Cannot call ${name} with session credentials`);
  }
  return undefined;
}

function callsIam({ kind, mfaAt }: NonNullable<Caller["session"]>): boolean {
  if (kind === "SessionToken") return mfaAt !== undefined;
  return kind !== "FederatedUser";
}

const LONG_TERM_ONLY: ReadonlySet<string> = new Set(["GetSessionToken", "GetFederationToken"]);
const LIKE_LONG_TERM = (name: string): boolean => !LONG_TERM_ONLY.has(name);

const STS_CALLS: Readonly<Record<SessionKind, (name: string) => boolean>> = {
  AssumedRole: LIKE_LONG_TERM,
  SignIn: LIKE_LONG_TERM,
  AssumedRoot: (name) => name === "GetCallerIdentity",
  // A token of GetWebIdentityToken grants at most what the credentials that requested it grant.
  SessionToken: (name) =>
    name === "AssumeRole" || name === "GetCallerIdentity" || name === "GetWebIdentityToken",
  FederatedUser: (name) => name === "GetCallerIdentity",
};
