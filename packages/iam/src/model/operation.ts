import type { CompiledPolicy } from "@portcullis/policy";
import type { Tag } from "../record/tag.ts";
import type { Sealer } from "../sealing/sealer.ts";
import type { Settings } from "../settings.ts";
import type { Key } from "../storage/store.ts";
import type { UnitOfWork } from "../storage/unit-of-work.ts";
import type { Caller } from "./caller.ts";
import type { RemoteSigner } from "./remote-signer.ts";

/**
 * The environment of an operation. `now` is the time of the request: operations don't read a clock.
 */
export interface OperationContext {
  /** The account that the operation acts on: the caller's. */
  readonly account: string;
  readonly caller: Caller;
  readonly unit: UnitOfWork;
  readonly now: Date;
  readonly sealer: Sealer;
  readonly settings: Settings;
  readonly requestId: string;
  /** The peer's address as reported by the gateway. */
  readonly sourceIp: string;
  /** Signs with the installation's keys if they are in a key service. */
  readonly remoteSigner?: RemoteSigner | undefined;
  /** Lists only entities whose name begins with this. Request header `x-portcullis-name-prefix`. */
  readonly namePrefix?: string | undefined;
  /**
   * SHA-256 of the policy document that the request expects to replace. Request header `if-match`.
   */
  readonly ifMatch?: string | undefined;
}

/** The resource of an operation, for its authorization. */
export interface Target {
  readonly arn: string;
  /**
   * The resource in AWS's access-denied message, if not the ARN. Empty: the message names no
   * resource.
   */
  readonly resourceName?: string;
  /** The owning account, if it may be another account than the caller's. */
  readonly account?: string;
  /** `aws:ResourceTag/...` (and `iam:ResourceTag/...`) */
  readonly tags?: readonly Tag[];
  /** A role's trust policy, for `sts:AssumeRole*`. */
  readonly resourcePolicies?: readonly CompiledPolicy[];
  /**
   * The target that a refusal names to a caller of another account whom `resourcePolicies` do not
   * allow. It must look the same whether or not the resource exists.
   */
  readonly refusalTarget?: Target;
}

/** An additional decision of an operation, with the same caller and condition keys. */
export interface Requirement {
  /** `sts:TagSession` */
  readonly action: string;
  readonly target: Target;
}

/** Condition keys with their values. Undefined: the request does not have the key. */
export type ConditionKeys = Readonly<Record<string, string | readonly string[] | undefined>>;

/**
 * Everything about an API operation, in one record. The router, the authorization of the control
 * API, the log, the docs and the tests read it from the service's table.
 */
export interface Operation<Input = never, Output = unknown> {
  /** `iam:CreateUser` */
  readonly action: string;
  /**
   * `policies`: the caller's policies must allow `action` on `target`. `anyone`: every
   * authenticated caller is allowed. `unsigned`: the request has no credentials; `prove`
   * authenticates the caller, and the target's resource policies must allow it.
   */
  readonly access?: "policies" | "anyone" | "unsigned";
  /**
   * Records that the operation always reads. They are fetched in one read with the caller's own, so
   * the input is not validated yet, and the account is only that of the credentials that the
   * request names. Not for calls without a signature.
   */
  readonly reads?: (input: Input, account: string) => readonly Key[];
  /**
   * Verifies a proof within the input, in addition to the signature or in place of it: an MFA code,
   * a provider's token. Returns the caller that is authorized and that `run` sees.
   */
  readonly prove?: (context: OperationContext, input: Input) => Promise<Caller>;
  readonly target: (context: OperationContext, input: Input) => Target | Promise<Target>;
  /** Condition keys of this operation in addition to the global ones, such as `iam:PolicyARN`. */
  readonly conditionKeys?: (
    context: OperationContext,
    input: Input,
  ) => ConditionKeys | Promise<ConditionKeys>;
  /**
   * Additional decisions, all of which must allow: `sts:TagSession` with `sts:AssumeRole`,
   * `iam:PassRole`.
   */
  readonly alsoAuthorize?: (
    context: OperationContext,
    input: Input,
  ) => readonly Requirement[] | Promise<readonly Requirement[]>;
  /** The message of a denial, where AWS's is not its usual sentence. */
  readonly refusal?: string;
  /** The answer to a caller that is denied, where it may always know a part. Undefined: the denial. */
  readonly insteadOfDenial?: (
    context: OperationContext,
    input: Input,
  ) => Promise<Output | undefined>;
  readonly run: (context: OperationContext, input: Input) => Promise<Output>;
}

/** A service's operations by name. */
export type OperationTable = Readonly<Record<string, Operation<never, unknown>>>;

/** The SDK's output type without `$metadata`, which only clients add. */
export type Answer<CommandOutput> = Omit<CommandOutput, "$metadata">;

/** Types an operation by the SDK's command types. */
export const operation = <Input, CommandOutput>(
  record: Operation<Input, Answer<CommandOutput>>,
): Operation<Input, Answer<CommandOutput>> => record;
