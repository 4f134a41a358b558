import type { Caller } from "@portcullis/iam/caller";
import type { Directory } from "../identity/identity.ts";
import type { PolicySource } from "../policies/policy-source.ts";
import type { ApiRequest } from "../request/api-request.ts";
import type { Authentication } from "./authenticate.ts";

/** Who makes the request, or why nobody can tell. */
export type Proof =
  | (Extract<Authentication, { ok: true }> & {
      readonly by: "signature" | "token";
      /** A condition key that the proof rests on and that the caller's next request may have otherwise. */
      readonly changing?: string | undefined;
      /** Whether a header is the caller's own word. */
      readonly isSigned: (lowerCaseHeader: string) => boolean;
    })
  | {
      readonly ok: false;
      readonly reason: string;
      readonly accessKeyId?: string;
      /** It is known who asks, and not to be anybody here: a denial rather than unknown credentials. */
      readonly refused?: { readonly caller: Caller; readonly message: string };
    };

export interface Proving {
  readonly request: ApiRequest;
  readonly directory: Directory;
  readonly policies: PolicySource;
  readonly now: Date;
  readonly allowUnsigned: boolean | undefined;
  readonly bearer: BearerOptions | undefined;
}

/** What there must be known for taking tokens. */
export interface BearerOptions {
  /** The issuer of the installation's own tokens. */
  readonly issuer: string;
  /** Identity providers may have private addresses: only on one's own machine. */
  readonly privateIdentityProviders?: boolean | undefined;
}
