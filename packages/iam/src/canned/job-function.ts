import { allow, type CannedSource, reading } from "./canned-policy.ts";
import { SERVICES } from "./services.ts";

const all = (...services: readonly string[]): readonly string[] =>
  services.map((service) => `${service}:*`);
const read = (...services: readonly string[]): readonly string[] => services.flatMap(reading);

/** Permits passing roles with these names to services (IAM UG/access_policies_job-functions). */
const passing = (...roles: readonly string[]) => ({
  Effect: "Allow" as const,
  Action: "iam:PassRole",
  Resource: roles.map((role) => `arn:aws:iam::*:role/${role}`),
});

const WATCHING = ["cloudwatch:*", "events:*", "logs:*"];

const jobs = (): readonly Omit<CannedSource, "path">[] => [
  {
    name: "Billing",
    description: "For those who pay: costs, budgets and bills.",
    statements: [
      allow(
        ...all(
          "aws-portal",
          "billing",
          "budgets",
          "ce",
          "consolidatedbilling",
          "cur",
          "freetier",
          "invoicing",
        ),
        ...all("payments", "purchase-orders", "tax"),
        "account:GetAccountInformation",
      ),
    ],
  },
  {
    name: "DatabaseAdministrator",
    description: "For those who set up and tend databases.",
    statements: [
      allow(
        ...all("dynamodb", "elasticache", "rds", "redshift"),
        ...WATCHING,
        ...read("ec2", "iam", "kms", "s3"),
        ...all("datapipeline", "lambda", "sns"),
      ),
      passing(
        "rdbms-lambda-access",
        "lambda_exec_role",
        "lambda-dynamodb-*",
        "lambda-vpc-execution-role",
        "rds-monitoring-role",
      ),
    ],
  },
  {
    name: "DataScientist",
    description: "For those who ask questions of large data.",
    statements: [
      allow(
        ...all(
          "athena",
          "cloudformation",
          "datapipeline",
          "dynamodb",
          "elasticmapreduce",
          "firehose",
          "glue",
        ),
        ...all(
          "kinesis",
          "kinesisanalytics",
          "machinelearning",
          "rds",
          "redshift",
          "s3",
          "sagemaker",
          "sns",
        ),
        ...WATCHING,
        ...read("ec2", "iam"),
        "ec2:RunInstances",
        "ec2:TerminateInstances",
      ),
      passing(
        "DataPipelineDefaultRole",
        "DataPipelineDefaultResourceRole",
        "EMR_EC2_DefaultRole",
        "EMR_DefaultRole",
        "kinesis-*",
      ),
    ],
  },
  {
    name: "NetworkAdministrator",
    description: "For those who set up and tend networks.",
    statements: [
      allow(
        ...all(
          "autoscaling",
          "cloudfront",
          "directconnect",
          "ec2",
          "elasticloadbalancing",
          "globalaccelerator",
        ),
        ...all(
          "network-firewall",
          "networkmanager",
          "route53",
          "route53domains",
          "route53resolver",
          "wafv2",
        ),
        ...WATCHING,
        ...read("acm", "apigateway", "elasticbeanstalk", "iam", "s3"),
      ),
      passing("flow-logs-*"),
    ],
  },
  {
    name: "SupportUser",
    description: "For those who find out what went wrong and open support cases about it.",
    statements: [
      allow(
        ...all("support", "supportapp", "trustedadvisor"),
        ...SERVICES.flatMap(looking),
        "iam:Get*",
      ),
    ],
  },
  {
    name: "SystemAdministrator",
    description: "For those who run the machines and services of an application.",
    statements: [
      allow(
        ...all(
          "autoscaling",
          "cloudformation",
          "cloudtrail",
          "codedeploy",
          "config",
          "dynamodb",
          "ec2",
          "ecr",
          "ecs",
        ),
        ...all(
          "elasticache",
          "elasticfilesystem",
          "elasticloadbalancing",
          "lambda",
          "rds",
          "route53",
          "s3",
          "sns",
        ),
        ...all("sqs", "ssm", "tag", "trustedadvisor"),
        ...WATCHING,
        ...read("acm", "directconnect", "iam", "kms", "organizations"),
      ),
      passing("rds-monitoring-role", "ec2-sysadmin-*", "ecr-sysadmin-*", "lambda-sysadmin-*"),
    ],
  },
  {
    name: "ViewOnlyAccess",
    description:
      "Allows seeing what there is and how it is set up; neither data nor configuration can be read whole or changed.",
    statements: [allow(...SERVICES.flatMap(looking))],
  },
];

function looking(service: string): readonly string[] {
  return [`${service}:Describe*`, `${service}:List*`];
}

/** Policies for job functions, named as AWS names them. */
export const jobFunctionPolicies = (): readonly CannedSource[] =>
  jobs().map((job) => ({ ...job, path: "/job-function/" }));
