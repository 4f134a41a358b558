import type { TextSpan } from "@portcullis/policy";
/** AWS's types of policy findings (Access Analyzer API, ValidatePolicyFinding). */
export type FindingType = "ERROR" | "SECURITY_WARNING" | "WARNING" | "SUGGESTION";

/** A step from the document's root to the place, in the shape of Access Analyzer's PathElement. */
export type PathStep =
  | { readonly key: string }
  | { readonly index: number }
  | { readonly value: string }
  | { readonly substring: { readonly start: number; readonly length: number } };

export interface FindingLocation {
  readonly path: readonly PathStep[];
  readonly span: TextSpan;
}

/** A change of the text that fixes a finding: it replaces the text between two offsets. */
export interface Fix {
  readonly title: string;
  readonly edits: readonly {
    readonly start: number;
    readonly end: number;
    readonly text: string;
  }[];
}

export interface PolicyFinding {
  readonly findingType: FindingType;
  /** AWS's issue code where AWS documents the check; else one of ours in the same form. */
  readonly issueCode: string;
  /** The check's name, such as `Missing version`. */
  readonly title: string;
  readonly findingDetails: string;
  /** The check's entry in AWS's reference; of checks of ours, the page of the element concerned. */
  readonly learnMoreLink: string;
  readonly locations: readonly FindingLocation[];
  readonly fixes: readonly Fix[];
}
