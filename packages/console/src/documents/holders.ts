import {
  AttachGroupPolicyCommand,
  AttachRolePolicyCommand,
  AttachUserPolicyCommand,
  DeleteGroupPolicyCommand,
  DeleteRolePolicyCommand,
  DeleteUserPolicyCommand,
  DetachGroupPolicyCommand,
  DetachRolePolicyCommand,
  DetachUserPolicyCommand,
  GetGroupPolicyCommand,
  GetRolePolicyCommand,
  GetUserPolicyCommand,
  ListAttachedGroupPoliciesCommand,
  ListAttachedRolePoliciesCommand,
  ListAttachedUserPoliciesCommand,
  ListGroupPoliciesCommand,
  ListRolePoliciesCommand,
  ListUserPoliciesCommand,
  PutGroupPolicyCommand,
  PutRolePolicyCommand,
  PutUserPolicyCommand,
} from "@aws-sdk/client-iam";
import { iam } from "../api/clients.ts";
import { groupPath, rolePath, userPath } from "../app/paths.ts";
import type { HolderKind } from "./addresses.ts";

export interface CallOptions {
  readonly abortSignal?: AbortSignal;
}

interface AttachedAnswer {
  readonly AttachedPolicies?: readonly { readonly PolicyArn?: string | undefined }[] | undefined;
  readonly Marker?: string | undefined;
}

interface InlineAnswer {
  readonly PolicyNames?: readonly string[] | undefined;
  readonly Marker?: string | undefined;
}

/**
 * The calls for the policies of users, groups and roles, which differ in nothing but their names.
 */
export interface Holder {
  readonly page: (name: string) => string;
  /** The list of its kind, for breadcrumbs. */
  readonly list: { readonly text: string; readonly to: string };
  readonly attached: (name: string, marker: string | undefined) => Promise<AttachedAnswer>;
  readonly inline: (name: string, marker: string | undefined) => Promise<InlineAnswer>;
  readonly document: (
    name: string,
    policy: string,
    options?: CallOptions,
  ) => Promise<string | undefined>;
  readonly attach: (name: string, arn: string) => Attach;
  readonly detach: (name: string, arn: string) => Detach;
  readonly put: (name: string, policy: string, document: string) => Put;
  readonly remove: (name: string, policy: string) => Remove;
}

type Attach = AttachUserPolicyCommand | AttachGroupPolicyCommand | AttachRolePolicyCommand;
type Detach = DetachUserPolicyCommand | DetachGroupPolicyCommand | DetachRolePolicyCommand;
type Put = PutUserPolicyCommand | PutGroupPolicyCommand | PutRolePolicyCommand;
type Remove = DeleteUserPolicyCommand | DeleteGroupPolicyCommand | DeleteRolePolicyCommand;

export const HOLDERS: Readonly<Record<HolderKind, Holder>> = {
  user: {
    page: userPath,
    list: { text: "Users", to: "/users" },
    attached: (UserName, Marker) => iam(new ListAttachedUserPoliciesCommand({ UserName, Marker })),
    inline: (UserName, Marker) => iam(new ListUserPoliciesCommand({ UserName, Marker })),
    document: async (UserName, PolicyName, options) =>
      (await iam(new GetUserPolicyCommand({ UserName, PolicyName }), options)).PolicyDocument,
    attach: (UserName, PolicyArn) => new AttachUserPolicyCommand({ UserName, PolicyArn }),
    detach: (UserName, PolicyArn) => new DetachUserPolicyCommand({ UserName, PolicyArn }),
    put: (UserName, PolicyName, PolicyDocument) =>
      new PutUserPolicyCommand({ UserName, PolicyName, PolicyDocument }),
    remove: (UserName, PolicyName) => new DeleteUserPolicyCommand({ UserName, PolicyName }),
  },
  group: {
    page: groupPath,
    list: { text: "Groups", to: "/groups" },
    attached: (GroupName, Marker) =>
      iam(new ListAttachedGroupPoliciesCommand({ GroupName, Marker })),
    inline: (GroupName, Marker) => iam(new ListGroupPoliciesCommand({ GroupName, Marker })),
    document: async (GroupName, PolicyName, options) =>
      (await iam(new GetGroupPolicyCommand({ GroupName, PolicyName }), options)).PolicyDocument,
    attach: (GroupName, PolicyArn) => new AttachGroupPolicyCommand({ GroupName, PolicyArn }),
    detach: (GroupName, PolicyArn) => new DetachGroupPolicyCommand({ GroupName, PolicyArn }),
    put: (GroupName, PolicyName, PolicyDocument) =>
      new PutGroupPolicyCommand({ GroupName, PolicyName, PolicyDocument }),
    remove: (GroupName, PolicyName) => new DeleteGroupPolicyCommand({ GroupName, PolicyName }),
  },
  role: {
    page: rolePath,
    list: { text: "Roles", to: "/roles" },
    attached: (RoleName, Marker) => iam(new ListAttachedRolePoliciesCommand({ RoleName, Marker })),
    inline: (RoleName, Marker) => iam(new ListRolePoliciesCommand({ RoleName, Marker })),
    document: async (RoleName, PolicyName, options) =>
      (await iam(new GetRolePolicyCommand({ RoleName, PolicyName }), options)).PolicyDocument,
    attach: (RoleName, PolicyArn) => new AttachRolePolicyCommand({ RoleName, PolicyArn }),
    detach: (RoleName, PolicyArn) => new DetachRolePolicyCommand({ RoleName, PolicyArn }),
    put: (RoleName, PolicyName, PolicyDocument) =>
      new PutRolePolicyCommand({ RoleName, PolicyName, PolicyDocument }),
    remove: (RoleName, PolicyName) => new DeleteRolePolicyCommand({ RoleName, PolicyName }),
  },
};
