import type * as sdk from "@aws-sdk/client-iam";
import { requiredContextKeys } from "@portcullis/policy";
import { accountOfPrincipal, iamArn } from "../../../arn.ts";
import { ApiError } from "../../../error.ts";
import { type OperationContext, operation } from "../../../model/operation.ts";
import { entityTarget } from "../../../permission/entity-target.ts";
import { exclusionOf } from "../../../simulation/policy-exclusion.ts";
import { type Simulation, simulate } from "../../../simulation/simulate.ts";
import { simulatedContext } from "../../../simulation/simulated-context.ts";
import {
  callerOfArn,
  type EntityPolicy,
  findEntity,
  type SimulatedEntity,
} from "../../../simulation/simulated-entity.ts";
import {
  policiesOfInput,
  resourcePolicyOfInput,
  type SimulatedPolicy,
  type SimulatedPolicyKind,
  simulatedPolicy,
} from "../../../simulation/simulated-policy.ts";
import { simulationBudget } from "../../../simulation/simulation-budget.ts";
import { type PageRequest, slicePage } from "../../../storage/pagination.ts";

export const simulationOperations = {
  SimulateCustomPolicy: operation<
    sdk.SimulateCustomPolicyCommandInput,
    sdk.SimulateCustomPolicyCommandOutput
  >({
    action: "iam:SimulateCustomPolicy",
    target: () => ({ arn: "*" }),
    async run(context, input) {
      const caller = callerOfInput(input);
      const levels = input.OrderedOrganizationPolicyInputList;
      const serviceControl = levels?.map(({ ServiceControlPolicyInputList }, index) =>
        policiesOfInput(
          "serviceControl",
          `OrderedOrganizationPolicyInputList.${index + 1}`,
          ServiceControlPolicyInputList,
        ).map(({ compiled }) => compiled),
      );
      return answer(input, {
        ...simulatedRequest(context, input, caller),
        policies: policiesOfInput("identity", "PolicyInputList", input.PolicyInputList),
        boundary: boundaryOfInput(input),
        serviceControl,
      });
    },
  }),

  SimulatePrincipalPolicy: operation<
    sdk.SimulatePrincipalPolicyCommandInput,
    sdk.SimulatePrincipalPolicyCommandOutput
  >({
    action: "iam:SimulatePrincipalPolicy",
    target: (context, input) => entityTarget(context, input.PolicySourceArn ?? ""),
    async run(context, input) {
      const source = await findEntity(context, input.PolicySourceArn ?? "");
      const named = callerOfInput(input);
      const caller = input.CallerArn === input.PolicySourceArn ? source : (named ?? source);
      const excluded = exclusionOf(input.PolicyExclusionList);
      const policies = source.policies.filter((policy) => !excluded.policy(policy));
      const boundary =
        source.boundary === undefined || excluded.boundary
          ? undefined
          : [simulatedStoredPolicy("boundary", source.boundary)];
      // The entity is in the caller's account, so the same service control policies bind both.
      const guardrails = context.caller.policies.serviceControl ?? [];
      return answer(input, {
        ...simulatedRequest(context, input, caller),
        policies: [
          ...policies.map((policy) => simulatedStoredPolicy("identity", policy)),
          ...policiesOfInput("identity", "PolicyInputList", input.PolicyInputList),
        ],
        boundary: boundaryOfInput(input) ?? boundary,
        serviceControl: excluded.serviceControl ? [] : guardrails,
      });
    },
  }),

  GetContextKeysForCustomPolicy: operation<
    sdk.GetContextKeysForCustomPolicyCommandInput,
    sdk.GetContextKeysForCustomPolicyCommandOutput
  >({
    action: "iam:GetContextKeysForCustomPolicy",
    target: () => ({ arn: "*" }),
    async run(_, input) {
      return {
        ContextKeyNames: keysOf(
          policiesOfInput("identity", "PolicyInputList", input.PolicyInputList),
        ),
      };
    },
  }),

  GetContextKeysForPrincipalPolicy: operation<
    sdk.GetContextKeysForPrincipalPolicyCommandInput,
    sdk.GetContextKeysForPrincipalPolicyCommandOutput
  >({
    action: "iam:GetContextKeysForPrincipalPolicy",
    target: (context, input) => entityTarget(context, input.PolicySourceArn ?? ""),
    async run(context, input) {
      const { policies } = await findEntity(context, input.PolicySourceArn ?? "");
      const stored = policies.map((policy) => simulatedStoredPolicy("identity", policy));
      const added = policiesOfInput("identity", "PolicyInputList", input.PolicyInputList);
      return { ContextKeyNames: keysOf([...stored, ...added]) };
    },
  }),
} as const;

type Request = sdk.SimulateCustomPolicyCommandInput | sdk.SimulatePrincipalPolicyCommandInput;

const simulatedStoredPolicy = (
  kind: SimulatedPolicyKind,
  { id, sourceId, document }: EntityPolicy,
): SimulatedPolicy => simulatedPolicy(kind, id, document, sourceId);

function boundaryOfInput({ PermissionsBoundaryPolicyInputList: documents }: Request) {
  if (documents === undefined || documents.length === 0) return undefined;
  if (documents.length > 1) {
    throw new ApiError(
      "InvalidInput",
      "Only one permissions boundary policy can be simulated at a time.",
    );
  }
  return policiesOfInput("boundary", "PermissionsBoundaryPolicyInputList", documents);
}

/**
 * Returns the caller that the request names, who need not exist.
 * @throws {ApiError} `InvalidInput` if it is not a user
 */
const callerOfInput = ({ CallerArn: arn }: Request): SimulatedEntity | undefined =>
  arn === undefined ? undefined : callerOfArn(arn);

/** Simulations represent a group by a user principal without a user name. */
const isUser = ({ userName }: SimulatedEntity): boolean => userName !== undefined;

/** Returns the simulated request: all of a simulation but the caller's policies. */
function simulatedRequest(
  context: OperationContext,
  input: Request,
  caller: SimulatedEntity | undefined,
) {
  const { account, now } = context;
  for (const action of input.ActionNames ?? []) {
    if (!/^[^:\s]+:\S*$/.test(action))
      throw new ApiError("InvalidInput", `Invalid Input Action: ${action}`);
  }
  const resources = input.ResourceArns?.length ? input.ResourceArns : ["*"];
  for (const resource of resources) {
    if (resource !== "*" && !/^arn:[^:]+:[^:]+:[^:]*:[^:]*:./s.test(resource)) {
      throw new ApiError("InvalidInput", `Invalid Input Resource: ${resource}`);
    }
  }
  // A user whose policies are simulated is also the caller, unless the request names another.
  const named = input.CallerArn !== undefined || (caller !== undefined && isUser(caller));
  if (input.ResourcePolicy !== undefined && !named) {
    throw new ApiError(
      "InvalidInput",
      "CallerArn must be specified when ResourcePolicy is specified.",
    );
  }
  // A custom policy without a caller is evaluated for a placeholder user.
  const placeholder = {
    type: "User",
    account,
    arn: iamArn(account, "user/simulated"),
    userId: "AIDASIMULATED",
  } as const;
  const principal = caller?.principal ?? placeholder;
  return {
    principal,
    resourcePolicy:
      input.ResourcePolicy === undefined ? undefined : resourcePolicyOfInput(input.ResourcePolicy),
    resources,
    resourceOwner: accountOf(input.ResourceOwner) ?? account,
    context: simulatedContext(input.ContextEntries, caller, now),
  };
}

function accountOf(owner: string | undefined): string | undefined {
  if (owner === undefined) return undefined;
  const account = accountOfPrincipal(owner);
  if (account === undefined) throw new ApiError("InvalidInput", `Invalid Resource Owner: ${owner}`);
  return account;
}

/**
 * Bounds the work of one request: a page may have a thousand actions on any number of resources,
 * and each pair is one explained decision.
 */
const PAIRS_PER_PAGE = 10_000;

async function answer(input: Request & PageRequest, simulation: Simulation) {
  const { items, ...rest } = slicePage([...new Set(input.ActionNames ?? [])], input);
  if (items.length * simulation.resources.length > PAIRS_PER_PAGE) {
    throw new ApiError(
      "InvalidInput",
      `A page of a simulation holds ${PAIRS_PER_PAGE} pairs of an action and a resource at most.`,
    );
  }
  const budget = simulationBudget();
  const results: sdk.EvaluationResult[] = [];
  for (const action of items) results.push(await simulate(simulation, action, budget));
  return { EvaluationResults: results, ...rest };
}

/** Returns each key once, in the spelling of its first occurrence. */
function keysOf(policies: readonly SimulatedPolicy[]): string[] {
  const keys = new Map<string, string>();
  for (const key of policies.flatMap(({ compiled }) => requiredContextKeys(compiled.policy))) {
    if (!keys.has(key.toLowerCase())) keys.set(key.toLowerCase(), key);
  }
  return [...keys.values()];
}
