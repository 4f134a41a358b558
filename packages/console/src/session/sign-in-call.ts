import { controlApi } from "../api/control-api.ts";
import type { Credentials } from "./session.ts";

/** The members of `POST /signin`. */
export interface SignInRequest {
  readonly account?: string;
  readonly userName?: string;
  readonly email?: string;
  readonly password?: string;
  readonly mfaCode?: string;
  readonly recoveryCode?: string;
  readonly newPassword?: string;
}

export type SignInAnswer =
  | {
      readonly outcome: "signedIn";
      readonly credentials: Credentials;
      readonly passwordResetRequired: boolean;
    }
  /** The password is right, and the account wants a code too. */
  | { readonly outcome: "mfaRequired" }
  | {
      readonly outcome: "refused";
      readonly message: string;
      /** How long the server refuses every attempt; 0 when it does not. */
      readonly waitSeconds: number;
    };

/** @throws {TypeError} when the control API can't be reached */
export async function signIn(request: SignInRequest): Promise<SignInAnswer> {
  const response = await fetch(`${controlApi()}/signin`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(request),
    credentials: "omit",
    cache: "no-store",
  });
  const body = await readBody(response);
  if (response.ok && body.credentials !== undefined)
    return signedIn(body.credentials, body.passwordResetRequired === true);
  if (body.mfaRequired === true) return { outcome: "mfaRequired" };
  return {
    outcome: "refused",
    message: body.message ?? `The control API answered ${response.status}.`,
    waitSeconds: Number(response.headers.get("retry-after") ?? 0) || 0,
  };
}

interface SignInBody {
  readonly credentials?: AnsweredCredentials;
  readonly passwordResetRequired?: boolean;
  readonly mfaRequired?: boolean;
  readonly message?: string;
}

interface AnsweredCredentials {
  readonly AccessKeyId: string;
  readonly SecretAccessKey: string;
  readonly SessionToken: string;
  readonly Expiration: string;
}

const signedIn = (
  { AccessKeyId, SecretAccessKey, SessionToken, Expiration }: AnsweredCredentials,
  passwordResetRequired: boolean,
): SignInAnswer => ({
  outcome: "signedIn",
  passwordResetRequired,
  credentials: {
    accessKeyId: AccessKeyId,
    secretAccessKey: SecretAccessKey,
    sessionToken: SessionToken,
    expiresAtMilliseconds: Date.parse(Expiration),
  },
});

async function readBody(response: Response): Promise<SignInBody> {
  const text = await response.text();
  try {
    const body: unknown = text === "" ? {} : JSON.parse(text);
    return typeof body === "object" && body !== null ? body : {};
  } catch (error) {
    if (error instanceof SyntaxError) return {};
    throw error;
  }
}
