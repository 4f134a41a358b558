/**
 * One account with all that decides what its principals may do, in the shape of IAM's
 * GetAccountAuthorizationDetails: an answer of the SDK or of the AWS CLI fits as it is.
 */
export interface AccountModel {
  /** Derived from the first ARN when absent. */
  readonly AccountId?: string | undefined;
  readonly UserDetailList?: readonly UserDetail[] | undefined;
  readonly GroupDetailList?: readonly GroupDetail[] | undefined;
  readonly RoleDetailList?: readonly RoleDetail[] | undefined;
  readonly Policies?: readonly ManagedPolicyDetail[] | undefined;
  /** One list for each level from the organization's root down to the account. */
  readonly ServiceControlPolicies?: readonly (readonly PolicyText[])[] | undefined;
}

/**
 * JSON text, percent-encoded JSON text (as the wire has it), or the object itself (as the CLI has
 * it).
 */
export type DocumentInput = string | object;

export interface PolicyText {
  readonly PolicyName?: string | undefined;
  readonly PolicyDocument?: DocumentInput | undefined;
}

export interface AttachedPolicy {
  readonly PolicyName?: string | undefined;
  readonly PolicyArn?: string | undefined;
}

export interface Boundary {
  readonly PermissionsBoundaryArn?: string | undefined;
}

export interface ModelTag {
  readonly Key?: string | undefined;
  readonly Value?: string | undefined;
}

export interface UserDetail {
  readonly Path?: string | undefined;
  readonly UserName?: string | undefined;
  readonly UserId?: string | undefined;
  readonly Arn?: string | undefined;
  readonly CreateDate?: Date | string | undefined;
  readonly UserPolicyList?: readonly PolicyText[] | undefined;
  /** Names of the user's groups. */
  readonly GroupList?: readonly string[] | undefined;
  readonly AttachedManagedPolicies?: readonly AttachedPolicy[] | undefined;
  readonly PermissionsBoundary?: Boundary | undefined;
  readonly Tags?: readonly ModelTag[] | undefined;
}

export interface GroupDetail {
  readonly Path?: string | undefined;
  readonly GroupName?: string | undefined;
  readonly GroupId?: string | undefined;
  readonly Arn?: string | undefined;
  readonly GroupPolicyList?: readonly PolicyText[] | undefined;
  readonly AttachedManagedPolicies?: readonly AttachedPolicy[] | undefined;
}

export interface RoleDetail {
  readonly Path?: string | undefined;
  readonly RoleName?: string | undefined;
  readonly RoleId?: string | undefined;
  readonly Arn?: string | undefined;
  readonly CreateDate?: Date | string | undefined;
  readonly AssumeRolePolicyDocument?: DocumentInput | undefined;
  readonly RolePolicyList?: readonly PolicyText[] | undefined;
  readonly AttachedManagedPolicies?: readonly AttachedPolicy[] | undefined;
  readonly PermissionsBoundary?: Boundary | undefined;
  readonly Tags?: readonly ModelTag[] | undefined;
  readonly RoleLastUsed?: { readonly LastUsedDate?: Date | string | undefined } | undefined;
}

export interface ManagedPolicyDetail {
  readonly PolicyName?: string | undefined;
  readonly Arn?: string | undefined;
  readonly AttachmentCount?: number | undefined;
  readonly PermissionsBoundaryUsageCount?: number | undefined;
  readonly DefaultVersionId?: string | undefined;
  readonly PolicyVersionList?:
    | readonly {
        readonly VersionId?: string | undefined;
        readonly IsDefaultVersion?: boolean | undefined;
        readonly Document?: DocumentInput | undefined;
      }[]
    | undefined;
}

/** What is known of use. What is absent is not known, and nothing is concluded from it. */
export interface Usage {
  /** Rows of IAM's credential report, by its column names. */
  readonly credentialReport?: readonly CredentialReportRow[] | undefined;
  /** What principals used, in the shape of GetServiceLastAccessedDetails. */
  readonly lastAccessed?: readonly PrincipalUse[] | undefined;
}

export interface CredentialReportRow {
  readonly user: string;
  readonly arn: string;
  /**
   * Dates in ISO 8601; `true`/`false`, `N/A`, `no_information`, `not_supported` as IAM writes them.
   */
  readonly [column: string]: string;
}

export interface PrincipalUse {
  readonly Arn: string;
  readonly ServicesLastAccessed: readonly {
    readonly ServiceNamespace?: string | undefined;
    /** Absent: not used in the tracking period. */
    readonly LastAuthenticated?: Date | string | undefined;
    readonly TrackedActionsLastAccessed?:
      | readonly {
          readonly ActionName?: string | undefined;
          readonly LastAccessedTime?: Date | string | undefined;
        }[]
      | undefined;
  }[];
}
