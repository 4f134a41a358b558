import {
  DescribeAccountCommand,
  DescribeOrganizationalUnitCommand,
  ListAccountsForParentCommand,
  ListOrganizationalUnitsForParentCommand,
  ListParentsCommand,
} from "@aws-sdk/client-organizations";
import { organizations } from "../api/clients.ts";
import type { CallOptions } from "../documents/holders.ts";
import { collectPages, ORGANIZATIONS_PAGE } from "./collect-pages.ts";

export type NodeKind = "root" | "unit" | "account";

/** The root, an organizational unit or an account of the tree. */
export interface TreeNode {
  readonly kind: NodeKind;
  readonly id: string;
  readonly name: string;
  /** Of accounts: such as `SUSPENDED`. */
  readonly state?: string | undefined;
}

/** Where the next step of a branch goes on: first come the units, then the accounts. */
export interface BranchCursor {
  readonly list: "units" | "accounts";
  readonly token?: string | undefined;
}

/** Calls of one step: 100 units or accounts. */
const STEP_CALLS = 5;

export const FIRST_STEP: BranchCursor = { list: "units" };

export const kindOfId = (id: string): NodeKind =>
  id.startsWith("r-") ? "root" : id.startsWith("ou-") ? "unit" : "account";

/** The next children of a branch, and where the step after it begins; undefined at the end. */
export async function loadChildren(
  ParentId: string,
  { list, token }: BranchCursor,
  abortSignal: AbortSignal,
): Promise<{ readonly nodes: readonly TreeNode[]; readonly next: BranchCursor | undefined }> {
  const load = list === "units" ? unitsOf : accountsOf;
  const { items, next } = await collectPages(
    (NextToken) => load(ParentId, NextToken, abortSignal),
    { from: token, calls: STEP_CALLS },
  );
  if (next !== undefined) return { nodes: items, next: { list, token: next } };
  if (list === "accounts") return { nodes: items, next: undefined };
  const rest = await loadChildren(ParentId, { list: "accounts" }, abortSignal);
  return { nodes: [...items, ...rest.nodes], next: rest.next };
}

async function unitsOf(ParentId: string, NextToken: string | undefined, abortSignal: AbortSignal) {
  const answer = await organizations(
    new ListOrganizationalUnitsForParentCommand({
      ParentId,
      NextToken,
      MaxResults: ORGANIZATIONS_PAGE,
    }),
    { abortSignal },
  );
  const items = (answer.OrganizationalUnits ?? []).map(
    ({ Id = "", Name = "" }): TreeNode => ({ kind: "unit", id: Id, name: Name }),
  );
  return { items, next: answer.NextToken };
}

async function accountsOf(
  ParentId: string,
  NextToken: string | undefined,
  abortSignal: AbortSignal,
) {
  const answer = await organizations(
    new ListAccountsForParentCommand({ ParentId, NextToken, MaxResults: ORGANIZATIONS_PAGE }),
    { abortSignal },
  );
  const items = (answer.Accounts ?? []).map(
    ({ Id = "", Name = "", State }): TreeNode => ({
      kind: "account",
      id: Id,
      name: Name,
      state: State,
    }),
  );
  return { items, next: answer.NextToken };
}

/** Deeper than Organizations nests: five units below the root. */
const MOST_LEVELS = 10;

/** The ids above a unit or an account, the root first. */
export async function ancestorsOf(id: string, options: CallOptions = {}): Promise<string[]> {
  const above: string[] = [];
  let child = id;
  while (kindOfId(child) !== "root" && above.length < MOST_LEVELS) {
    const { Parents = [] } = await organizations(
      new ListParentsCommand({ ChildId: child }),
      options,
    );
    const parent = Parents[0]?.Id;
    if (parent === undefined) break;
    above.unshift(parent);
    child = parent;
  }
  return above;
}

/** A node by its id alone, as an address names it. */
export async function nodeOf(id: string, options: CallOptions = {}): Promise<TreeNode> {
  const kind = kindOfId(id);
  if (kind === "root") return { kind, id, name: "Root" };
  if (kind === "unit") {
    const { OrganizationalUnit } = await organizations(
      new DescribeOrganizationalUnitCommand({ OrganizationalUnitId: id }),
      options,
    );
    return { kind, id, name: OrganizationalUnit?.Name ?? "" };
  }
  const { Account } = await organizations(new DescribeAccountCommand({ AccountId: id }), options);
  return { kind, id, name: Account?.Name ?? "", state: Account?.State };
}
