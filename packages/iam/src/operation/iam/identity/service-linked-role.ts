import { randomUUID } from "node:crypto";
import type * as sdk from "@aws-sdk/client-iam";
import { makeUniqueId } from "../../../access-key-id.ts";
import { iamArn } from "../../../arn.ts";
import { type ServiceLinkedRole, serviceLinkedRoles } from "../../../canned/service-linked-role.ts";
import {
  addRole,
  describeRole,
  findRole,
  isServiceLinked,
  lookUpRole,
  removeRole,
  roleAsHolder,
  roleTarget,
  SERVICE_ROLE_PATH,
} from "../../../entity/role.ts";
import { ApiError, noSuchEntity } from "../../../error.ts";
import { epochSeconds } from "../../../model/epoch-seconds.ts";
import { operation } from "../../../model/operation.ts";
import { addPolicyUse, removePolicyUse } from "../../../permission/policy-usage.ts";
import { partitionOf } from "../../../record/partition.ts";
import { type RoleRecord, roleArn } from "../../../record/role.ts";

/** Time to live of deletion tasks. AWS does not document its own. */
const TASK_SECONDS = 86_400;

export const serviceLinkedRoleOperations = {
  CreateServiceLinkedRole: operation<
    sdk.CreateServiceLinkedRoleCommandInput,
    sdk.CreateServiceLinkedRoleCommandOutput
  >({
    action: "iam:CreateServiceLinkedRole",
    target: ({ account }, input) => {
      const service = input.AWSServiceName ?? "";
      const suffix = input.CustomSuffix === undefined ? "" : `_${input.CustomSuffix}`;
      const name = `${serviceLinkedRoles().get(service)?.roleName ?? "*"}${suffix}`;
      return { arn: roleArn({ account, path: pathOf(service), name }) };
    },
    conditionKeys: (_, input) => ({ "iam:AWSServiceName": input.AWSServiceName }),
    async run(context, input) {
      const { account, now } = context;
      const linked = serviceLinkedRoles().get(input.AWSServiceName ?? "");
      if (linked === undefined) {
        throw new ApiError(
          "InvalidInput",
          `Service role for service ${input.AWSServiceName} does not exist.`,
        );
      }
      const name = nameOf(linked, input.CustomSuffix);
      if (await lookUpRole(context, name)) {
        throw new ApiError(
          "InvalidInput",
          `Service role name ${name} has been taken in this account, please try a different suffix.`,
        );
      }
      const policyArn = `arn:aws:iam::aws:policy${SERVICE_ROLE_PATH}${linked.policyName}`;
      const description = input.Description ?? linked.description;
      const role: RoleRecord = {
        account,
        name,
        id: makeUniqueId("role"),
        path: pathOf(linked.service),
        createdAt: now.toISOString(),
        ...(description === undefined ? {} : { description }),
        maxSessionSeconds: 3600,
        trust: { document: trustIn(linked.service), principalIds: [] },
        tags: [],
        inline: [],
        attached: [policyArn],
      };
      await addRole(context, role);
      addPolicyUse(context, "PermissionsPolicy", policyArn, roleAsHolder(role));
      return { Role: describeRole(role, role.trust.document) };
    },
  }),

  DeleteServiceLinkedRole: operation<
    sdk.DeleteServiceLinkedRoleCommandInput,
    sdk.DeleteServiceLinkedRoleCommandOutput
  >({
    action: "iam:DeleteServiceLinkedRole",
    target: (context, input) => roleTarget(context, input.RoleName ?? ""),
    async run(context, input) {
      const { account, unit, now } = context;
      const role = await findRole(context, input.RoleName ?? "");
      if (!isServiceLinked(role)) {
        throw new ApiError(
          "InvalidInput",
          `The role with name ${role.name} is not a service-linked role.`,
        );
      }
      for (const arn of role.attached)
        removePolicyUse(context, "PermissionsPolicy", arn, roleAsHolder(role));
      removeRole(context, role);
      // Services store no resources here that could prevent the deletion, so the task is complete
      // at once.
      const id = `task${role.path}${role.name}/${randomUUID()}`;
      const expiresAt = epochSeconds(now) + TASK_SECONDS;
      unit.put({ account, partition: TASKS, sort: id }, { status: "SUCCEEDED" }, { expiresAt });
      return { DeletionTaskId: id };
    },
  }),

  GetServiceLinkedRoleDeletionStatus: operation<
    sdk.GetServiceLinkedRoleDeletionStatusCommandInput,
    sdk.GetServiceLinkedRoleDeletionStatusCommandOutput
  >({
    action: "iam:GetServiceLinkedRoleDeletionStatus",
    target: ({ account }, input) => ({
      arn: iamArn(
        account,
        `role/${(input.DeletionTaskId ?? "").replace(/^task\//, "").replace(/\/[^/]*$/, "")}`,
      ),
    }),
    async run({ account, unit }, input) {
      const id = input.DeletionTaskId ?? "";
      const task = await unit.get<{ readonly status: "SUCCEEDED" }>({
        account,
        partition: TASKS,
        sort: id,
      });
      if (task === undefined) throw noSuchEntity(`No deletion task with id ${id} exists.`);
      return { Status: task.status };
    },
  }),
} as const;

const TASKS = partitionOf("role-deletions");

const pathOf = (service: string): string => `${SERVICE_ROLE_PATH}${service}/`;

function nameOf(
  { roleName, service, suffixAllowed }: ServiceLinkedRole,
  suffix: string | undefined,
): string {
  if (suffix === undefined) return roleName;
  if (!suffixAllowed)
    throw new ApiError("InvalidInput", `Custom suffix is not allowed for ${service}`);
  return `${roleName}_${suffix}`;
}

const trustIn = (Service: string): string =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal: { Service }, Action: "sts:AssumeRole" }],
  });
