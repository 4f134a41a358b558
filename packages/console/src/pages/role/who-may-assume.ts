import { GetAccountAuthorizationDetailsCommand } from "@aws-sdk/client-iam";
import { type AccountModel, type PrincipalAccess, runToEnd, whoCan } from "@portcullis/analysis";
import { iam } from "../../api/clients.ts";

/** Who of the account may assume a role, and how much of the account was looked at. */
export interface Assumers {
  readonly principals: readonly PrincipalAccess[];
  readonly looked: number;
  /** The account has more users and roles than were looked at. */
  readonly isPartial: boolean;
}

/** More would hold the browser up, and load for minutes. */
const MOST_ENTITIES = 10_000;

/** Decided by the engine, from the trust policy and each principal's own policies. */
export async function whoMayAssume(roleArn: string, abortSignal: AbortSignal): Promise<Assumers> {
  const model = {
    UserDetailList: [],
    GroupDetailList: [],
    RoleDetailList: [],
    Policies: [],
  } as Mutable;
  let Marker: string | undefined;
  let isPartial = false;
  do {
    const command = new GetAccountAuthorizationDetailsCommand({ MaxItems: 1000, Marker });
    const answer = await iam(command, { abortSignal });
    for (const list of LISTS) model[list].push(...((answer[list] ?? []) as never[]));
    Marker = answer.Marker;
    isPartial = Marker !== undefined && sizeOf(model) >= MOST_ENTITIES;
  } while (Marker !== undefined && !isPartial);
  const question = { action: "sts:AssumeRole", resource: roleArn };
  const { principals } = runToEnd(whoCan(model as AccountModel, question, { maxRoles: 0 }));
  return { principals, looked: sizeOf(model), isPartial };
}

const LISTS = ["UserDetailList", "GroupDetailList", "RoleDetailList", "Policies"] as const;

type Mutable = Record<(typeof LISTS)[number], object[]>;

const sizeOf = ({ UserDetailList, RoleDetailList }: Mutable): number =>
  UserDetailList.length + RoleDetailList.length;
