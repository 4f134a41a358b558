import type { CompiledPolicy } from "@portcullis/policy";
import type { Tag } from "../record/tag.ts";
import type { Sealer } from "../sealing/sealer.ts";
import type { Settings } from "../settings.ts";
import type { Key } from "../storage/store.ts";
import type { UnitOfWork } from "../storage/unit-of-work.ts";
import type { Caller } from "./caller.ts";
import type { RemoteSigner } from "./remote-signer.ts";

/** What an operation is run with. Times are the request's own: an operation never asks a clock. */
export interface OperationContext {
  /** The account that is acted on: the caller's. */
  readonly account: string;
  readonly caller: Caller;
  readonly unit: UnitOfWork;
  readonly now: Date;
  readonly sealer: Sealer;
  readonly settings: Settings;
  readonly requestId: string;
  /** The peer's address as the gateway saw it. */
  readonly sourceIp: string;
  /** Where the installation's signing keys are in a key service. */
  readonly remoteSigner?: RemoteSigner | undefined;
  /** List operations answer only what is called so at the beginning: the request's header `x-portcullis-name-prefix`. */
  readonly namePrefix?: string | undefined;
  /** The document that a write of a policy takes the place of, by its hash: the request's header `if-match`. */
  readonly ifMatch?: string | undefined;
}

/** What an operation acts on, for its own authorization. */
export interface Target {
  readonly arn: string;
  /** How AWS's access-denied sentence names it, where that is not the ARN; `""`: the sentence has no resource part. */
  readonly said?: string;
  /** Its owner, when that may be another account than the caller's. */
  readonly account?: string;
  /** `aws:ResourceTag/...` (and `iam:ResourceTag/...`) */
  readonly tags?: readonly Tag[];
  /** A role's trust policy, for `sts:AssumeRole*`. */
  readonly resourcePolicies?: readonly CompiledPolicy[];
  /** What somebody of another account, whom `resourcePolicies` do not let in, is told of instead: as if nothing were there. */
  readonly toStrangers?: Target;
}

/** A decision besides an operation's own; it is judged with the same caller and the same condition keys. */
export interface Requirement {
  /** `sts:TagSession` */
  readonly action: string;
  readonly target: Target;
}

/** Undefined: the key is not in the request. */
export type ConditionKeys = Readonly<Record<string, string | readonly string[] | undefined>>;

/**
 * All that we know of an API operation, in one record; the router, the authorization of the control API, the audit line, the
 * docs and the tests read it from the service's table.
 */
export interface Operation<Input = never, Output = unknown> {
  /** `iam:CreateUser` */
  readonly action: string;
  /**
   * `policies`: the caller's policies must allow `action` on `target`. `anyone`: any authenticated caller, never denied.
   * `unsigned`: the request has no credentials; `prove` says who asks, and the policies of `target` must allow it.
   */
  readonly access?: "policies" | "anyone" | "unsigned";
  /** Records that it is certain to want, to be fetched with the caller's own in one read. The input has not been validated yet. */
  readonly reads?: (input: Input) => readonly Key[];
  /**
   * What the caller proves within the request, beside or in place of its signature: an MFA code, a provider's token. It gives the
   * caller that everything after is run and judged with.
   */
  readonly prove?: (context: OperationContext, input: Input) => Promise<Caller>;
  readonly target: (context: OperationContext, input: Input) => Target | Promise<Target>;
  /** Condition keys of this operation besides the global ones, such as `iam:PolicyARN`. */
  readonly conditionKeys?: (
    context: OperationContext,
    input: Input,
  ) => ConditionKeys | Promise<ConditionKeys>;
  /** Further decisions, each of which must allow as well: `sts:TagSession` beside `sts:AssumeRole`, `iam:PassRole`. */
  readonly alsoAuthorize?: (
    context: OperationContext,
    input: Input,
  ) => readonly Requirement[] | Promise<readonly Requirement[]>;
  /** What a refusal says, where AWS's says less than its usual sentence. */
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

/** The SDK's output types without what only a client adds. */
export type Answer<CommandOutput> = Omit<CommandOutput, "$metadata">;

/** Fixes an operation's types to those of the SDK's command. */
export const operation = <Input, CommandOutput>(
  record: Operation<Input, Answer<CommandOutput>>,
): Operation<Input, Answer<CommandOutput>> => record;
