import { GetPolicyCommand, GetRoleCommand } from "@aws-sdk/client-iam";
import type {
  DecisionDescription,
  StatementSummary,
} from "@portcullis/control-api/portcullis-client";
import type { PolicyKind } from "@portcullis/policy";
import { iam } from "../../api/clients.ts";
import { describeFailure } from "../../api/errors.ts";
import { policyPath, rolePath } from "../../app/paths.ts";
import { principalOf } from "../../decisions/principal.ts";
import { editInline, editManaged, editTrust, type HolderKind } from "../../documents/addresses.ts";
import { decodeDocument } from "../../documents/document.ts";
import { HOLDERS } from "../../documents/holders.ts";
import { policyType } from "../../documents/policy-type.ts";
import { nameOf } from "../../permissions/permission-choice.ts";
import { groupsOf } from "../../permissions/permission-sources.ts";
import { useQuery } from "../../ui/use-query.ts";

/** A policy of a decision as it is now. */
export interface PolicyState {
  /** In a sentence, such as `inline policy own of user ana`. */
  readonly name: string;
  /** Of the policy, below `/console`; undefined where the account has no such page. */
  readonly page?: string | undefined;
  /** Of the editor; undefined where the account can't change it. */
  readonly editor?: string | undefined;
  /** Whether it is another one than at the decision; undefined where that is not known. */
  readonly isChanged?: boolean | undefined;
  /** What became of it since, or why that is not known. */
  readonly since: string;
}

export type PolicyStates = (statement: StatementSummary) => PolicyState | undefined;

const keyOf = ({ PolicyType, PolicyId, Index, Text }: StatementSummary): string =>
  JSON.stringify([PolicyType, PolicyId, Index, Text]);

/** The policies of a decision as they are now, read once the decision is shown. */
export function usePolicyStates(decision: DecisionDescription): PolicyStates {
  const query = useQuery(() => loadStates(decision), [decision.DecisionId]);
  return (statement) => query.data?.get(keyOf(statement));
}

async function loadStates(
  decision: DecisionDescription,
): Promise<ReadonlyMap<string, PolicyState>> {
  const statements = new Map<string, StatementSummary>();
  for (const { Statements } of decision.Verdicts ?? [])
    for (const statement of Statements) statements.set(keyOf(statement), statement);
  for (const { Statement } of decision.NearMisses ?? [])
    statements.set(keyOf(Statement), Statement);
  const states = await Promise.all(
    [...statements].map(
      async ([key, statement]) => [key, await stateOf(statement, decision)] as const,
    ),
  );
  return new Map(states);
}

async function stateOf(
  statement: StatementSummary,
  decision: DecisionDescription,
): Promise<PolicyState> {
  const { PolicyId, PolicyType } = statement;
  try {
    if (PolicyId.startsWith("arn:")) return await managedState(statement);
    if (PolicyType === "role trust") return await trustState(statement, decision);
    if (PolicyType === "identity-based" && PolicyId !== "")
      return await inlineState(statement, decision);
  } catch (error) {
    const { kind, action, message } = describeFailure(error);
    const why = kind === "denied" && action !== undefined ? `you lack ${action}` : message;
    return { name: PolicyId || `a ${PolicyType} policy`, since: `Not known: ${why}.` };
  }
  if (PolicyType === "session")
    return { name: "the session's policy", since: "It ends with the session." };
  return { name: `a ${PolicyType} policy`, since: "It is not this account's." };
}

async function managedState({ PolicyId, PolicyVersionId }: StatementSummary): Promise<PolicyState> {
  const name = `policy ${nameOf(PolicyId)}`;
  const page = policyPath(PolicyId);
  if (policyType(PolicyId) === "AWS managed")
    return { name, page, isChanged: false, since: "It is the installation's own." };
  try {
    const { Policy } = await iam(new GetPolicyCommand({ PolicyArn: PolicyId }));
    const now = Policy?.DefaultVersionId;
    const found = { name, page, editor: editManaged(PolicyId) };
    if (PolicyVersionId === undefined) return { ...found, since: "The version is not recorded." };
    if (now === PolicyVersionId) return { ...found, isChanged: false, since: "Unchanged since." };
    return {
      ...found,
      page: `${page}?tab=versions`,
      isChanged: true,
      since: `Changed since: ${now} is in force now.`,
    };
  } catch (error) {
    if (describeFailure(error).kind !== "missing") throw error;
    return { name, isChanged: true, since: "Deleted since." };
  }
}

async function trustState(
  { Text }: StatementSummary,
  { ResourceArn = "" }: DecisionDescription,
): Promise<PolicyState> {
  const RoleName = nameOf(ResourceArn);
  const { Role } = await iam(new GetRoleCommand({ RoleName }));
  const texts = await textsOf(decodeDocument(Role?.AssumeRolePolicyDocument), "trust");
  return {
    name: `the trust policy of role ${RoleName}`,
    page: `${rolePath(RoleName)}?tab=trust`,
    editor: editTrust(RoleName),
    ...comparison(texts, Text),
  };
}

/** An inline policy is recorded by its name alone: it is the principal's own or a group's. */
async function inlineState(
  { PolicyId, Text }: StatementSummary,
  { PrincipalArn = "" }: DecisionDescription,
): Promise<PolicyState> {
  const { kind, name } = principalOf(PrincipalArn);
  if (kind !== "user" && kind !== "role")
    return { name: `inline policy ${PolicyId}`, since: "Its owner is not known." };
  const groups = kind === "user" ? await groupsOf(name) : [];
  const holders: readonly (readonly [HolderKind, string])[] = [
    [kind, name],
    ...groups.map((group) => ["group", group] as const),
  ];
  const found = (
    await Promise.all(
      holders.map(async ([of, holder]) => {
        const texts = await inlineTexts(of, holder, PolicyId);
        return texts === undefined ? [] : [{ of, holder, ...comparison(texts, Text) }];
      }),
    )
  ).flat();
  const match = found.find(({ isChanged }) => isChanged === false) ?? found[0];
  if (match === undefined)
    return { name: `inline policy ${PolicyId}`, isChanged: true, since: "Deleted since." };
  const { of, holder, isChanged, since } = match;
  return {
    name: `inline policy ${PolicyId} of ${of} ${holder}`,
    page: HOLDERS[of].page(holder),
    editor: editInline(of, holder, PolicyId),
    isChanged,
    since,
  };
}

async function inlineTexts(
  kind: HolderKind,
  name: string,
  policy: string,
): Promise<readonly string[] | undefined> {
  try {
    const document = await HOLDERS[kind].document(name, policy);
    return await textsOf(decodeDocument(document), "identity");
  } catch (error) {
    if (describeFailure(error).kind === "missing") return undefined;
    throw error;
  }
}

/** The parser loads when there is something to compare. */
const textsOf = async (document: string, kind: PolicyKind): Promise<readonly string[]> =>
  (await import("../../decisions/statement-text.ts")).recordedTexts(document, kind);

function comparison(
  texts: readonly string[],
  recorded: string | undefined,
): { readonly isChanged: boolean | undefined; readonly since: string } {
  if (recorded === undefined)
    return { isChanged: undefined, since: "The statement is too long to be recorded." };
  const isChanged = !texts.includes(recorded);
  return { isChanged, since: isChanged ? "Changed since." : "Unchanged since." };
}
