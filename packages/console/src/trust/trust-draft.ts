/** How a new role's trust policy is made. */
export interface TrustDraft {
  readonly way: "account" | "webIdentity" | "saml" | "custom";
  /** An account's id, or an ARN of a user or role. */
  readonly account: string;
  readonly externalId: string;
  readonly needsMfa: boolean;
  /** The ARN of an OIDC or SAML provider. */
  readonly provider: string;
  readonly audience: string;
  readonly subject: string;
  /** The document of the way `custom`. */
  readonly custom: string;
}

/** The audience of SAML assertions for AWS (IAM UG/id_roles_providers_create_saml_assertions). */
const SAML_AUDIENCE = "https://signin.aws.amazon.com/saml";

type Conditions = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** The trust policy that a draft comes to. */
export function trustDocument(draft: TrustDraft): string {
  if (draft.way === "custom") return draft.custom;
  const { principal, action, condition } = PARTS[draft.way](draft);
  const statement = {
    Effect: "Allow",
    Principal: principal,
    Action: action,
    ...(Object.keys(condition).length === 0 ? {} : { Condition: condition }),
  };
  return JSON.stringify({ Version: "2012-10-17", Statement: [statement] }, null, 2);
}

interface Parts {
  readonly principal: Readonly<Record<string, string>>;
  readonly action: string;
  readonly condition: Conditions;
}

const PARTS: Readonly<Record<Exclude<TrustDraft["way"], "custom">, (draft: TrustDraft) => Parts>> =
  {
    account: ({ account, externalId, needsMfa }) => ({
      principal: { AWS: account.startsWith("arn:") ? account : `arn:aws:iam::${account}:root` },
      action: "sts:AssumeRole",
      condition: {
        ...(externalId === "" ? {} : { StringEquals: { "sts:ExternalId": externalId } }),
        ...(needsMfa ? { Bool: { "aws:MultiFactorAuthPresent": "true" } } : {}),
      },
    }),
    webIdentity: ({ provider, audience, subject }) => {
      const prefix = provider.slice(provider.indexOf("oidc-provider/") + "oidc-provider/".length);
      const hasPattern = /[*?]/.test(subject);
      const equals = {
        [`${prefix}:aud`]: audience,
        ...(subject === "" || hasPattern ? {} : { [`${prefix}:sub`]: subject }),
      };
      return {
        principal: { Federated: provider },
        action: "sts:AssumeRoleWithWebIdentity",
        condition: {
          StringEquals: equals,
          ...(hasPattern ? { StringLike: { [`${prefix}:sub`]: subject } } : {}),
        },
      };
    },
    saml: ({ provider }) => ({
      principal: { Federated: provider },
      action: "sts:AssumeRoleWithSAML",
      condition: { StringEquals: { "SAML:aud": SAML_AUDIENCE } },
    }),
  };

/** Faults of a draft, by field. */
export interface TrustProblems {
  readonly account?: string | undefined;
  readonly externalId?: string | undefined;
  readonly provider?: string | undefined;
  readonly audience?: string | undefined;
}

export function trustProblems(draft: TrustDraft): TrustProblems {
  if (draft.way === "custom") return {};
  if (draft.way === "account")
    return {
      account: /^(?:\d{12}|arn:aws:(?:iam|sts)::\d{12}:.+)$/.test(draft.account)
        ? undefined
        : "Enter 12 digits, or the ARN of a user or role.",
      externalId: /^(?:[\w+=,.@:/-]{2,1224})?$/.test(draft.externalId)
        ? undefined
        : "An external ID has 2 to 1,224 letters, digits, and + = , . @ : / -",
    };
  return {
    provider: draft.provider === "" ? "Choose a provider." : undefined,
    // Without it, whoever has an account at the provider could assume the role.
    audience:
      draft.way === "webIdentity" && draft.audience === "" ? "Enter an audience." : undefined,
  };
}
