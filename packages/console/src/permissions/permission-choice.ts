import {
  AddUserToGroupCommand,
  AttachUserPolicyCommand,
  PutUserPermissionsBoundaryCommand,
  PutUserPolicyCommand,
} from "@aws-sdk/client-iam";
import type { Write } from "../writes/use-writes.ts";
import type { UserPermissions } from "./permission-sources.ts";

/** What somebody chose to give to a user. */
export interface PermissionChoice {
  readonly groups: readonly string[];
  /** ARNs of managed policies to attach to the user itself. */
  readonly policies: readonly string[];
  readonly inline: readonly { readonly name: string; readonly document: string }[];
  /** The ARN of a managed policy; undefined: none. */
  readonly boundary: string | undefined;
}

export const NO_PERMISSIONS: PermissionChoice = {
  groups: [],
  policies: [],
  inline: [],
  boundary: undefined,
};

/** Whether the choice allows nothing; a boundary allows nothing by itself. */
export const allowsNothing = ({ groups, policies, inline }: PermissionChoice): boolean =>
  groups.length + policies.length + inline.length === 0;

/** All that another user has: memberships, attached and inline policies, the boundary. */
export function copyOf({ groups, sources, boundary }: UserPermissions): PermissionChoice {
  const own = sources.filter(({ origin }) => origin.kind === "user");
  return {
    groups,
    policies: own.flatMap(({ arn }) => arn ?? []),
    inline: own.flatMap(({ arn, policyName, document }) =>
      arn === undefined && document !== undefined ? [{ name: policyName, document }] : [],
    ),
    boundary: boundary?.arn,
  };
}

/**
 * The calls that give a choice to a user. The boundary comes first, so that the user never has
 * permissions without it.
 */
export function permissionWrites(
  UserName: string,
  { groups, policies, inline, boundary }: PermissionChoice,
): readonly Write[] {
  return [
    ...(boundary === undefined
      ? []
      : [
          {
            label: `Set the boundary of ${UserName} to ${nameOf(boundary)}`,
            command: new PutUserPermissionsBoundaryCommand({
              UserName,
              PermissionsBoundary: boundary,
            }),
          },
        ]),
    ...groups.map((GroupName) => ({
      label: `Add ${UserName} to group ${GroupName}`,
      command: new AddUserToGroupCommand({ UserName, GroupName }),
    })),
    ...policies.map((PolicyArn) => ({
      label: `Attach policy ${nameOf(PolicyArn)} to ${UserName}`,
      command: new AttachUserPolicyCommand({ UserName, PolicyArn }),
    })),
    ...inline.map(({ name, document }) => ({
      label: `Write inline policy ${name} of ${UserName}`,
      command: new PutUserPolicyCommand({ UserName, PolicyName: name, PolicyDocument: document }),
    })),
  ];
}

/** A policy's name, from its ARN. */
export const nameOf = (arn: string): string => arn.slice(arn.lastIndexOf("/") + 1);
