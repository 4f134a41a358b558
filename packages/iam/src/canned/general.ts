import { allow, type CannedSource, reading } from "./canned-policy.ts";
import { SERVICES } from "./services.ts";

/** Policies about every service at once. */
export const generalPolicies = (): readonly CannedSource[] => [
  {
    name: "AdministratorAccess",
    description: "Allows everything, on everything.",
    statements: [allow("*")],
  },
  {
    name: "PowerUserAccess",
    description: "Allows everything but the management of users, accounts and the organization.",
    statements: [
      { Effect: "Allow", NotAction: ["iam:*", "organizations:*", "account:*"], Resource: "*" },
      allow(
        "account:GetAccountInformation",
        "account:ListRegions",
        "iam:CreateServiceLinkedRole",
        "iam:DeleteServiceLinkedRole",
        "iam:ListRoles",
        "organizations:DescribeOrganization",
      ),
    ],
  },
  {
    name: "ReadOnlyAccess",
    description: "Allows reading everything, the data in it included; nothing can be changed.",
    statements: [
      allow(
        ...SERVICES.flatMap(reading),
        "iam:Generate*",
        "iam:Simulate*",
        // Only those that reveal no secret and no credentials.
        "secretsmanager:DescribeSecret",
        "secretsmanager:GetResourcePolicy",
        "secretsmanager:List*",
        "sts:GetAccessKeyInfo",
        "sts:GetCallerIdentity",
      ),
    ],
  },
  {
    name: "SecurityAudit",
    description:
      "Allows reading how everything is configured and who may do what; the data in it stays closed.",
    statements: [
      allow(
        ...SERVICES.flatMap((service) => [`${service}:Describe*`, `${service}:List*`]),
        "iam:GenerateCredentialReport",
        "iam:GenerateServiceLastAccessedDetails",
        "iam:Get*",
        "iam:Simulate*",
        "apigateway:GET",
        "cloudtrail:GetTrailStatus",
        "config:Get*",
        "dynamodb:GetResourcePolicy",
        "kms:GetKeyPolicy",
        "kms:GetKeyRotationStatus",
        "lambda:GetFunctionConfiguration",
        "lambda:GetPolicy",
        "organizations:Get*",
        "s3:GetAccountPublicAccessBlock",
        "s3:GetBucket*",
        "s3:GetEncryptionConfiguration",
        "s3:GetLifecycleConfiguration",
        "secretsmanager:GetResourcePolicy",
        "sns:GetTopicAttributes",
        "sqs:GetQueueAttributes",
      ),
    ],
  },
];
