import type { AwsCall } from "./aws.ts";
import { rolePolicy } from "./aws.ts";

interface Statement {
  readonly Action: readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
}

/**
 * What of a role's statements none of the calls needed: single actions, and single patterns of
 * partitions that it may write. Each is left out in turn; when all calls would still be allowed,
 * nobody needed it.
 */
export function notNeeded(
  statements: readonly unknown[],
  calls: readonly AwsCall[],
): readonly string[] {
  const read: readonly Statement[] = JSON.parse(JSON.stringify(statements));
  return read.flatMap((statement, index) => {
    const stillAllowed = (changed: Statement) => {
      const rest = read.with(index, changed).filter(({ Action }) => Action.length > 0);
      return rest.length === 0 ? calls.length === 0 : calls.every(rolePolicy(rest));
    };
    const actions = statement.Action.filter((action) =>
      stillAllowed({ ...statement, Action: statement.Action.filter((each) => each !== action) }),
    );
    return [
      ...actions,
      ...patterns(statement).filter((pattern) => stillAllowed(withoutPattern(statement, pattern))),
    ];
  });
}

const ONLY = "ForAllValues:StringLike";
const KEYS = "dynamodb:LeadingKeys";

function patterns({ Condition }: Statement): readonly string[] {
  return Condition?.[ONLY]?.[KEYS] ?? [];
}

function withoutPattern(statement: Statement, pattern: string): Statement {
  const rest = patterns(statement).filter((each) => each !== pattern);
  return { ...statement, Condition: { ...statement.Condition, [ONLY]: { [KEYS]: rest } } };
}
