import type { PolicyType } from "@portcullis/policy";

/** A recorded decision, or many of the same kind. */
export type AccessRecord = {
  readonly action: string;
  readonly count?: number | undefined;
} & (
  | { readonly resource: string }
  /** Not all resources are known: they match this ARN with wildcards. */
  | { readonly pattern: string }
);

export interface GenerateOptions {
  /**
   * From how many different values on a part of a resource becomes `*`; 2 by default. Infinity
   * keeps every resource as it was.
   */
  readonly generalizeFrom?: number | undefined;
  /**
   * What varies becomes a placeholder such as `${OrderId}`, named by the ARN format, in place of
   * `*`. The document is then a template.
   */
  readonly placeholders?: boolean | undefined;
  /** Characters without white space that the policy may have; 6,144 by default. */
  readonly maxSize?: number | undefined;
}

export interface GeneratedPolicy {
  /** The document; several when one would exceed the size. */
  readonly documents: readonly string[];
  readonly actions: readonly string[];
  /** Records that are in no document, and why. */
  readonly skipped: readonly { readonly record: AccessRecord; readonly reason: string }[];
}

/** A statement as a document has it. */
export interface StatementDocument {
  readonly Effect: "Allow";
  readonly Action: string;
  readonly Resource?: string;
  readonly Principal?: { readonly [type: string]: string } | "*";
}

export type SmallestStatement =
  | { readonly outcome: "allowed" }
  /** No document that the language has would allow it. */
  | { readonly outcome: "impossible" }
  /** All of them, each in a policy of its type, allow the request. */
  | {
      readonly outcome: "add";
      readonly additions: readonly {
        readonly policyType: PolicyType;
        readonly level?: number;
        readonly statement: StatementDocument;
      }[];
    }
  /** An explicit deny must go first: no statement allows the request. */
  | {
      readonly outcome: "denied";
      readonly deniedBy: PolicyType;
      readonly policyId: string;
      readonly statementIndex: number;
      readonly statementId?: string;
    };
