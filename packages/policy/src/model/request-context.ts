/** One value, or several for a multivalued key (which ForAllValues and ForAnyValue look into). */
export type ContextValue = string | readonly string[];

/** The request context. Keys are asked for in lower case; a `Map` will do. Undefined: the key is not in the request. */
export interface RequestContext {
  get(lowerCaseKey: string): ContextValue | undefined;
}

/** Who asks. `arn` and `userId` are what `aws:PrincipalArn`'s owner is known by: for a role session the session's own. */
export type Principal =
  | {
      readonly type: "Root";
      readonly account: string;
      readonly arn: string;
      readonly userId: string;
    }
  | {
      readonly type: "User";
      readonly account: string;
      readonly arn: string;
      readonly userId: string;
    }
  | {
      readonly type: "AssumedRole";
      readonly account: string;
      /** `arn:aws:sts::<account>:assumed-role/<role>/<session>` */
      readonly arn: string;
      /** `AROA...:<session>` */
      readonly userId: string;
      readonly roleArn: string;
      readonly roleId: string;
    }
  | {
      readonly type: "FederatedUser";
      readonly account: string;
      readonly arn: string;
      readonly userId: string;
      readonly userArn: string;
    }
  /** A caller who holds a token of a web identity or SAML provider, while it assumes a role. */
  | { readonly type: "Federated"; readonly provider: string }
  | { readonly type: "Service"; readonly service: string }
  | { readonly type: "Anonymous" };
