import type { AccountId, Arn } from "./arn.ts";

/** One value, or several if the key is multivalued (for ForAllValues and ForAnyValue). */
export type ContextValue = string | readonly string[];

/** The request context, such as a `Map`. Undefined: the key is not in the request. */
export interface RequestContext {
  get(lowerCaseKey: string): ContextValue | undefined;
}

/** The caller. `arn` and `userId` are its own: those of a role session, not of its role. */
export type Principal =
  | {
      readonly type: "Root";
      readonly account: AccountId;
      readonly arn: Arn;
      readonly userId: string;
    }
  | {
      readonly type: "User";
      readonly account: AccountId;
      readonly arn: Arn;
      readonly userId: string;
    }
  | {
      readonly type: "AssumedRole";
      readonly account: AccountId;
      /** `arn:aws:sts::<account>:assumed-role/<role>/<session>` */
      readonly arn: Arn;
      /** `AROA...:<session>` */
      readonly userId: string;
      readonly roleArn: Arn;
      readonly roleId: string;
    }
  | {
      readonly type: "FederatedUser";
      readonly account: AccountId;
      readonly arn: Arn;
      readonly userId: string;
      readonly userArn: Arn;
    }
  /** A caller with an OIDC or SAML token, while it assumes a role. It belongs to no account yet. */
  | { readonly type: "Federated"; readonly provider: string }
  | { readonly type: "Service"; readonly service: string }
  | { readonly type: "Anonymous" };
