import type { Usage } from "../account/model.ts";
import type { Services } from "../services/services.ts";

export type FindingKind =
  | "ExternalAccess"
  | "PublicAccess"
  | "Administrator"
  | "PrivilegeEscalation"
  | "UnusedUser"
  | "UnusedRole"
  | "UnusedAccessKey"
  | "UnusedPassword"
  | "UnusedPermission"
  | "UnknownAction"
  | "IneffectiveStatement"
  | "UnassumableRole"
  | "InvalidPolicy";

export type Severity = "CRITICAL" | "HIGH" | "MEDIUM" | "LOW" | "INFO";

/** A finding about an account. */
export interface AccountFinding {
  /** The same for the same matter as long as it lasts: derived from kind, resource and subject. */
  readonly id: string;
  readonly kind: FindingKind;
  readonly severity: Severity;
  /** The ARN of the user, group, role or policy concerned. */
  readonly resource: string;
  readonly resourceType:
    | "AWS::IAM::User"
    | "AWS::IAM::Group"
    | "AWS::IAM::Role"
    | "AWS::IAM::Policy"
    | "AWS::Organizations::Policy";
  readonly title: string;
  readonly details: string;
  readonly evidence: readonly Evidence[];
  /** The change that fixes it, in words. */
  readonly remedy: string;
  /** Of external and public access: who, and on what conditions. */
  readonly externalPrincipal?: string;
  /** Of unused permissions, keys: what, and when it was last used. */
  readonly unused?: UnusedDetails;
}

export interface UnusedDetails {
  readonly lastUsed?: string;
  readonly accessKeyId?: string;
  readonly service?: string;
  readonly actions?: readonly { readonly action: string; readonly lastUsed?: string }[];
}

export type Evidence =
  | {
      readonly type: "statement";
      /** The policy's ARN, or `<owner's ARN>/<inline policy's name>`. */
      readonly policy: string;
      readonly statementIndex: number;
      readonly statementId?: string;
      readonly text: string;
    }
  /** One step of an escalation path: `from` gains `to` by the method. */
  | {
      readonly type: "step";
      readonly from: string;
      readonly to: string;
      readonly method: string;
      /** Without these the step can't be taken. */
      readonly actions: readonly string[];
      readonly text: string;
    }
  | { readonly type: "usage"; readonly text: string };

/** A part of an analysis. The findings of one part do not depend on whether others run. */
export type AnalysisPart = "policies" | "principals" | "escalation" | "usage";

export interface FindingsOptions {
  /** What to look for. `escalation` includes `principals`. @default all parts */
  readonly parts?: readonly AnalysisPart[] | undefined;
  /**
   * Milliseconds since 1970: what "unused" is counted from. Without it nothing is called unused.
   */
  readonly now?: number | undefined;
  readonly usage?: Usage | undefined;
  /** Days after which what was not used is unused; 90 by default, as Access Analyzer has it. */
  readonly unusedAfterDays?: number | undefined;
  readonly services?: Services | undefined;
  /**
   * The zone of trust besides the account itself: principals of these accounts, and of accounts in
   * these organizations, are no finding.
   */
  readonly trustedAccounts?: readonly string[] | undefined;
  readonly trustedOrganizations?: readonly string[] | undefined;
}
