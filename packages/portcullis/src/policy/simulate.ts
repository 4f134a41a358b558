import {
  IAMClient,
  SimulatePrincipalPolicyCommand,
  type SimulatePrincipalPolicyCommandOutput,
} from "@aws-sdk/client-iam";
import { InputFault, sentenceOf } from "@portcullis/testing/input-fault";

interface Question {
  readonly principal: string;
  readonly action: string;
  readonly resources: readonly string[];
  readonly context: Readonly<Record<string, string | readonly string[]>>;
}

export interface Simulated {
  readonly action: string;
  readonly resource: string;
  readonly decision: string;
  readonly statements: readonly string[];
  readonly missingContext: readonly string[];
  readonly text: string;
}

/**
 * Asks a running installation, which knows its service control policies and the present versions.
 * @throws {InputFault} if it can't be reached, or refuses
 */
export async function simulate(
  endpoint: string | undefined,
  { principal, action, resources, context }: Question,
): Promise<readonly Simulated[]> {
  const client = new IAMClient({
    ...(endpoint === undefined ? {} : { endpoint }),
    region: process.env.AWS_REGION ?? "us-east-1",
  });
  try {
    const { EvaluationResults = [] } = await client.send(
      new SimulatePrincipalPolicyCommand({
        PolicySourceArn: principal,
        ActionNames: [action],
        ResourceArns: [...resources],
        ContextEntries: Object.entries(context).map(([ContextKeyName, value]) => ({
          ContextKeyName,
          ContextKeyType: typeof value === "string" ? "string" : "stringList",
          ContextKeyValues: [value].flat(),
        })),
      }),
    );
    return EvaluationResults.map(simulatedOf);
  } catch (error) {
    throw new InputFault(`The installation can't answer: ${sentenceOf(error)}`);
  } finally {
    client.destroy();
  }
}

type Result = NonNullable<SimulatePrincipalPolicyCommandOutput["EvaluationResults"]>[number];

function simulatedOf(result: Result): Simulated {
  const { EvalActionName = "", EvalResourceName = "*", EvalDecision = "" } = result;
  const statements = (result.MatchedStatements ?? []).map(
    ({ SourcePolicyId = "", StartPosition }) =>
      `${SourcePolicyId} at line ${StartPosition?.Line ?? 1}`,
  );
  const missingContext = result.MissingContextValues ?? [];
  const boundary = result.PermissionsBoundaryDecisionDetail?.AllowedByPermissionsBoundary;
  const organization = result.OrganizationsDecisionDetail?.AllowedByOrganizations;
  const lines = [
    `${EvalDecision} ${EvalActionName} on ${EvalResourceName}`,
    ...statements.map((one) => `  applies: ${one}`),
    ...(boundary === false ? ["  the permissions boundary does not allow it"] : []),
    ...(organization === false ? ["  a service control policy does not allow it"] : []),
    ...(missingContext.length === 0 ? [] : [`  not in the request: ${missingContext.join(", ")}`]),
  ];
  return {
    action: EvalActionName,
    resource: EvalResourceName,
    decision: EvalDecision,
    statements,
    missingContext,
    text: lines.join("\n"),
  };
}
