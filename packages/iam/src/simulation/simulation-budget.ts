import { setImmediate } from "node:timers/promises";
import {
  type Explanation,
  type Policy,
  requiredContextKeys,
  type Statement,
  statementPosition,
  type TextSpan,
} from "@portcullis/policy";
import { ApiError } from "../error.ts";

/** The limits of one simulation request, whatever its policies, actions and resources are. */
const SIMULATION_LIMITS = {
  /** Steps of all its decisions, each about one character compared: some two seconds. */
  steps: 400_000_000,
  /** Matched statements in the answer. Lambda's answers are at most 6 MB. */
  matchedStatements: 20_000,
  /** Work between two pauses. */
  sliceMilliseconds: 20,
} as const;

/** What a statement costs that is looked at and does not match, in steps. */
const STEPS_PER_STATEMENT = 50;

type StatementPosition = TextSpan;

/** The work of one simulation request: what is left, and what is found once for all its pairs. */
export interface SimulationBudget {
  /** Lets other requests run if the current slice is over. */
  pause(): Promise<void>;
  /**
   * Takes the cost of an explanation.
   * @param pair names the action and resource in the error
   * @throws {ApiError} `PolicyEvaluation` if it exceeded its own limit, or if nothing is left
   */
  spend(explanation: Explanation, statements: number, pair: string): void;
  positionOf(document: string, statement: Statement): StatementPosition;
  contextKeysOf(policy: Policy): readonly string[];
}

/** The budget of a request that begins now. */
export function simulationBudget(): SimulationBudget {
  let stepsLeft: number = SIMULATION_LIMITS.steps;
  let statementsLeft: number = SIMULATION_LIMITS.matchedStatements;
  let sliceStart = performance.now();
  const positions = new Map<Statement, StatementPosition>();
  const contextKeys = new Map<Policy, readonly string[]>();
  return {
    async pause() {
      if (performance.now() - sliceStart < SIMULATION_LIMITS.sliceMilliseconds) return;
      await setImmediate();
      sliceStart = performance.now();
    },
    spend({ exceeded, steps, matched }, statements, pair) {
      stepsLeft -= steps + statements * STEPS_PER_STATEMENT;
      statementsLeft -= matched.length;
      if (exceeded !== undefined) throw tooLarge(`${pair} takes too many steps.`);
      if (stepsLeft < 0) throw tooLarge("the simulation takes too many steps.");
      if (statementsLeft < 0)
        throw tooLarge(
          `more than ${SIMULATION_LIMITS.matchedStatements} statements match. ` +
            "Simulate fewer actions or resources at a time.",
        );
    },
    positionOf: (document, statement) =>
      once(positions, statement, () => statementPosition(document, statement)),
    contextKeysOf: (policy) => once(contextKeys, policy, () => requiredContextKeys(policy)),
  };
}

function once<K, V>(found: Map<K, V>, key: K, find: () => V): V {
  const known = found.get(key);
  if (known !== undefined) return known;
  const value = find();
  found.set(key, value);
  return value;
}

const tooLarge = (detail: string) =>
  new ApiError(
    "PolicyEvaluation",
    `The request failed because a provided policy could not be successfully evaluated: ${detail}`,
  );
