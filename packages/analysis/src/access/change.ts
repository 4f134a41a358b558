import type { Issue } from "@portcullis/policy";
import type { ExampleRequest } from "./check.ts";

/** One difference between two versions of a policy, in words and by example. */
export interface ChangeItem {
  /** Such as ``Newly allows `orders:DeleteOrder` on `arn:aws:orders:*:*:order/*` ``. */
  readonly sentence: string;
  /** The pattern of the document that the difference comes from. */
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  readonly example: ExampleRequest;
  /**
   * The statement that makes the difference: of the new documents, or of the old ones if it is
   * gone.
   */
  readonly source: {
    readonly from: "existing" | "updated";
    readonly document: number;
    readonly statementIndex: number;
    readonly statementId?: string;
  };
}

export interface PolicyChange {
  readonly result: "SAME" | "CHANGED" | "UNDECIDED" | "INVALID";
  /** What the updated documents allow and the existing ones did not. */
  readonly newlyAllowed: readonly ChangeItem[];
  /** What the existing documents allowed and the updated ones do not. */
  readonly newlyDenied: readonly ChangeItem[];
  /** Explicit denies that are gone: other policies may allow it now. */
  readonly noLongerDenies: readonly ChangeItem[];
  /** Explicit denies that are new: no other policy can allow it any more. */
  readonly newlyDenies: readonly ChangeItem[];
  /** What could not be decided, and why. */
  readonly undecided: readonly string[];
  readonly issues: readonly Issue[];
}
