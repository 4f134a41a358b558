import {
  AttachGroupPolicyCommand,
  AttachRolePolicyCommand,
  AttachUserPolicyCommand,
  type IAMClient,
  PutGroupPolicyCommand,
  PutRolePermissionsBoundaryCommand,
  PutRolePolicyCommand,
  PutUserPermissionsBoundaryCommand,
  PutUserPolicyCommand,
  TagRoleCommand,
  TagUserCommand,
} from "@aws-sdk/client-iam";
import type { AttachedPolicy, Boundary, ModelTag, PolicyText } from "@portcullis/analysis";
import type { PlanBuilder } from "./plan-builder.ts";
import { byName, documentFault, isSameDocument } from "./translate.ts";

/** What users, groups and roles have alike. */
export interface Holder {
  readonly inline?: readonly PolicyText[] | undefined;
  readonly attached?: readonly AttachedPolicy[] | undefined;
  readonly boundary?: Boundary | undefined;
  readonly tags?: readonly ModelTag[] | undefined;
}

type Send = (
  client: IAMClient,
  name: string,
  value: { readonly [key: string]: string },
) => Promise<unknown>;

interface Calls {
  readonly putPolicy: Send;
  readonly attach: Send;
  readonly putBoundary?: Send;
  readonly tag?: Send;
}

const CALLS: Readonly<Record<"user" | "group" | "role", Calls>> = {
  user: {
    putPolicy: (client, UserName, { PolicyName, PolicyDocument }) =>
      client.send(new PutUserPolicyCommand({ UserName, PolicyName, PolicyDocument })),
    attach: (client, UserName, { PolicyArn }) =>
      client.send(new AttachUserPolicyCommand({ UserName, PolicyArn })),
    putBoundary: (client, UserName, { PermissionsBoundary }) =>
      client.send(new PutUserPermissionsBoundaryCommand({ UserName, PermissionsBoundary })),
    tag: (client, UserName, { Key, Value }) =>
      client.send(new TagUserCommand({ UserName, Tags: [{ Key, Value }] })),
  },
  group: {
    putPolicy: (client, GroupName, { PolicyName, PolicyDocument }) =>
      client.send(new PutGroupPolicyCommand({ GroupName, PolicyName, PolicyDocument })),
    attach: (client, GroupName, { PolicyArn }) =>
      client.send(new AttachGroupPolicyCommand({ GroupName, PolicyArn })),
  },
  role: {
    putPolicy: (client, RoleName, { PolicyName, PolicyDocument }) =>
      client.send(new PutRolePolicyCommand({ RoleName, PolicyName, PolicyDocument })),
    attach: (client, RoleName, { PolicyArn }) =>
      client.send(new AttachRolePolicyCommand({ RoleName, PolicyArn })),
    putBoundary: (client, RoleName, { PermissionsBoundary }) =>
      client.send(new PutRolePermissionsBoundaryCommand({ RoleName, PermissionsBoundary })),
    tag: (client, RoleName, { Key, Value }) =>
      client.send(new TagRoleCommand({ RoleName, Tags: [{ Key, Value }] })),
  },
};

/**
 * The boundary first, so that a principal never has a policy without its boundary.
 * INVARIANT: what the installation has besides is kept: an import takes nothing away.
 * @returns whether the principal may get permissions: false without the boundary that the file has
 */
export function planHolder(
  plan: PlanBuilder,
  of: keyof typeof CALLS,
  name: string,
  wanted: Holder,
  present: Holder,
): boolean {
  const { putPolicy, attach, putBoundary, tag } = CALLS[of];
  const owner = `${of} ${name}`;
  const boundary = wanted.boundary?.PermissionsBoundaryArn;
  if (boundary !== undefined && putBoundary !== undefined) {
    const PermissionsBoundary = plan.policy(boundary, `${owner}: its permissions boundary`);
    if (PermissionsBoundary === undefined) {
      const what = of === "user" ? "its policies and groups" : "its policies";
      plan.skip(`${owner}: ${what}`, "without its boundary it could do more than in the file");
      return false;
    }
    if (present.boundary?.PermissionsBoundaryArn !== PermissionsBoundary)
      plan.step("~", `${owner}: set permissions boundary ${PermissionsBoundary}`, (client) =>
        putBoundary(client, name, { PermissionsBoundary }),
      );
  }
  const tags = byName(present.tags, ({ Key }) => Key);
  for (const { Key = "", Value = "" } of wanted.tags ?? []) {
    if (tag === undefined || tags.get(Key.toLowerCase())?.Value === Value) continue;
    if (/^aws:/i.test(Key))
      plan.skip(`${owner}: tag ${Key}`, "keys that begin with aws: are reserved");
    else
      plan.step("+", `${owner}: tag ${Key}=${Value}`, (client) =>
        tag(client, name, { Key, Value }),
      );
  }
  const inline = byName(present.inline, ({ PolicyName }) => PolicyName);
  for (const { PolicyName = "", PolicyDocument: input = "" } of wanted.inline ?? []) {
    const PolicyDocument = plan.translation.document(input);
    const fault = documentFault(PolicyDocument, "identity");
    const former = inline.get(PolicyName.toLowerCase());
    if (fault !== undefined) plan.skip(`${owner}: inline policy ${PolicyName}`, fault);
    else if (!isSameDocument(PolicyDocument, former?.PolicyDocument))
      plan.step(
        former === undefined ? "+" : "~",
        `${owner}: put inline policy ${PolicyName}`,
        (client) => putPolicy(client, name, { PolicyName, PolicyDocument }),
      );
  }
  const attached = new Set((present.attached ?? []).map(({ PolicyArn }) => PolicyArn));
  for (const { PolicyArn: arn = "" } of wanted.attached ?? []) {
    const PolicyArn = plan.policy(arn, `${owner}: attached policy`);
    if (PolicyArn === undefined || attached.has(PolicyArn)) continue;
    plan.step("+", `${owner}: attach policy ${PolicyArn}`, (client) =>
      attach(client, name, { PolicyArn }),
    );
  }
  return true;
}
