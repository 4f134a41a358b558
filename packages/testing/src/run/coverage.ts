import type { World } from "../request/world.ts";
import { statementName } from "../words/explanation-text.ts";
import type { CaseResult } from "./run-case.ts";

export interface Share {
  readonly reached: number;
  readonly total: number;
  /** What no test reaches. */
  readonly missing: readonly string[];
}

export interface Coverage {
  /** Of the policies that the tests' principals have: statements that applied to some request. */
  readonly statements: Share;
  /** Of the services' actions: those that some request asks for. */
  readonly actions: Share;
}

export function coverageOf(
  { documents, services, model, findCaller }: World,
  results: readonly CaseResult[],
): Coverage {
  // Compiles the policies of principals that no test names as well.
  for (const { Arn } of [...(model.UserDetailList ?? []), ...(model.RoleDetailList ?? [])])
    if (Arn !== undefined) findCaller(Arn);
  const applied = new Set(
    results.flatMap(({ explanations }) =>
      explanations.flatMap(({ matched }) => matched.map(keyOf)),
    ),
  );
  const statements = [...documents.all()].flatMap((policy) =>
    policy.statements.map(({ reference }) => reference),
  );
  const asked = new Set(results.map(({ action }) => action.toLowerCase()));
  const actions = services.references.flatMap(({ Name, Actions = [] }) =>
    Actions.map((action) => `${Name}:${action.Name}`),
  );
  return {
    statements: shareOf(statements, (one) => applied.has(keyOf(one)), statementName),
    actions: shareOf(actions, (one) => asked.has(one.toLowerCase()), String),
  };
}

const keyOf = ({ policyId, policyType, index }: Parameters<typeof statementName>[0]): string =>
  JSON.stringify([policyId, policyType, index]);

function shareOf<T>(
  all: readonly T[],
  isReached: (one: T) => boolean,
  name: (one: T) => string,
): Share {
  const missing = all.filter((one) => !isReached(one)).map(name);
  return { reached: all.length - missing.length, total: all.length, missing };
}

export const percentOf = ({ reached, total }: Share): number =>
  total === 0 ? 100 : Math.floor((reached / total) * 100);
