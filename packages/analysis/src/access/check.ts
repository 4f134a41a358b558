import type { ContextValue, Issue, PolicyKind, Principal } from "@portcullis/policy";
import type { Services } from "../services/services.ts";

/** A request that shows what a check claims. The engine's `authorize` was asked and confirms it. */
export interface ExampleRequest {
  readonly principal: Principal;
  readonly action: string;
  readonly resource: string;
  /** The account that owns the resource, where that matters. */
  readonly resourceAccount?: string;
  /** Keys in lower case. */
  readonly context: { readonly [key: string]: ContextValue };
}

/** A statement that a reason is about. */
export interface Reason {
  readonly description: string;
  /** Which of the documents given. */
  readonly document?: number;
  readonly statementIndex?: number;
  readonly statementId?: string;
}

/** What a check answers. Only PASS and FAIL are claims, and both are proved. */
export type AccessCheck =
  | { readonly result: "PASS"; readonly message: string; readonly reasons: readonly Reason[] }
  | {
      readonly result: "FAIL";
      readonly message: string;
      readonly reasons: readonly Reason[];
      readonly counterexample: ExampleRequest;
    }
  | { readonly result: "UNDECIDED"; readonly message: string; readonly reasons: readonly Reason[] }
  | {
      /** A document is no valid policy of its kind. */
      readonly result: "INVALID";
      readonly message: string;
      readonly reasons: readonly Reason[];
      readonly issues: readonly Issue[];
    };

export interface CheckOptions {
  readonly kind: PolicyKind;
  /** Examples name actions of these services where they can. */
  readonly services?: Services | undefined;
  /** The account that owns the resource or role of a resource-based or trust policy, if known. */
  readonly account?: string | undefined;
  /**
   * Steps of search before a check answers "can't be decided"; some hundred milliseconds by
   * default.
   */
  readonly effort?: number | undefined;
}

/**
 * What CheckAccessNotGranted must not find. Wildcards as in policies; an absent element means any.
 */
export interface AccessQuestion {
  readonly actions?: readonly string[] | undefined;
  readonly resources?: readonly string[] | undefined;
}
