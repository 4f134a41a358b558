import { allow, type CannedSource, type CannedStatement, reading } from "./canned-policy.ts";

/** A pair of policies about one service, named as AWS names them. */
interface Pair {
  readonly about: string;
  readonly full: { readonly name: string; readonly statements: readonly CannedStatement[] };
  readonly readOnly: { readonly name: string; readonly statements: readonly CannedStatement[] };
}

const pair = (
  about: string,
  name: string,
  full: readonly string[],
  read: readonly string[],
  [fullSuffix, readSuffix] = ["FullAccess", "ReadOnlyAccess"],
): Pair => ({
  about,
  full: { name: `${name}${fullSuffix}`, statements: [allow(...full)] },
  readOnly: { name: `${name}${readSuffix}`, statements: [allow(...read)] },
});

const METRICS = [
  "cloudwatch:DescribeAlarms",
  "cloudwatch:GetMetricData",
  "cloudwatch:GetMetricStatistics",
  "cloudwatch:ListMetrics",
];

const pairs = (): readonly Pair[] => [
  pair(
    "S3",
    "AmazonS3",
    ["s3:*", "s3-object-lambda:*"],
    [...reading("s3"), ...reading("s3-object-lambda")],
  ),
  pair(
    "DynamoDB",
    "AmazonDynamoDB",
    [
      "dynamodb:*",
      "dax:*",
      "application-autoscaling:*",
      ...METRICS,
      "kms:DescribeKey",
      "kms:ListAliases",
    ],
    [
      ...reading("dynamodb"),
      "dynamodb:PartiQLSelect",
      ...reading("dax"),
      ...METRICS,
      "kms:DescribeKey",
      "kms:ListAliases",
    ],
  ),
  pair(
    "RDS",
    "AmazonRDS",
    [
      "rds:*",
      ...METRICS,
      "ec2:DescribeSecurityGroups",
      "ec2:DescribeSubnets",
      "ec2:DescribeVpcs",
      "logs:DescribeLogStreams",
      "logs:GetLogEvents",
    ],
    [
      "rds:Describe*",
      "rds:ListTagsForResource",
      ...METRICS,
      "ec2:DescribeSecurityGroups",
      "ec2:DescribeSubnets",
      "ec2:DescribeVpcs",
      "logs:DescribeLogStreams",
      "logs:GetLogEvents",
    ],
  ),
  pair(
    "EC2",
    "AmazonEC2",
    ["ec2:*", "elasticloadbalancing:*", "cloudwatch:*", "autoscaling:*"],
    [
      "ec2:Describe*",
      "ec2:Get*",
      "ec2:List*",
      "ec2:Search*",
      "elasticloadbalancing:Describe*",
      "cloudwatch:Describe*",
      "cloudwatch:Get*",
      "cloudwatch:List*",
      "autoscaling:Describe*",
    ],
  ),
  pair(
    "Lambda",
    "AWSLambda",
    [
      "lambda:*",
      ...METRICS,
      "iam:ListRoles",
      "logs:DescribeLogGroups",
      "logs:FilterLogEvents",
      "logs:GetLogEvents",
      "states:ListStateMachines",
      "tag:GetResources",
    ],
    [
      "lambda:Get*",
      "lambda:List*",
      ...METRICS,
      "iam:ListRoles",
      "logs:DescribeLogGroups",
      "logs:FilterLogEvents",
      "logs:GetLogEvents",
      "tag:GetResources",
    ],
    ["_FullAccess", "_ReadOnlyAccess"],
  ),
  pair("SQS", "AmazonSQS", ["sqs:*"], ["sqs:Get*", "sqs:List*"]),
  pair("SNS", "AmazonSNS", ["sns:*"], ["sns:Get*", "sns:List*"]),
  pair(
    "CloudWatch Logs",
    "CloudWatchLogs",
    ["logs:*"],
    [
      ...reading("logs"),
      "logs:FilterLogEvents",
      "logs:StartQuery",
      "logs:StopQuery",
      "logs:TestMetricFilter",
    ],
  ),
];

/** Every route of every API, whether the account owns or calls it. */
const APIS = "arn:aws:execute-api:*:*:*";

/** Policies about one service each. */
export const servicePolicies = (): readonly CannedSource[] => [
  ...pairs().flatMap(({ about, full, readOnly }) => [
    { ...full, description: `Allows everything in ${about}.` },
    { ...readOnly, description: `Allows reading everything in ${about}.` },
  ]),
  {
    name: "AmazonAPIGatewayInvokeFullAccess",
    description: "Allows calling every protected API.",
    statements: [
      {
        Effect: "Allow",
        Action: ["execute-api:Invoke", "execute-api:ManageConnections"],
        Resource: APIS,
      },
    ],
  },
  {
    name: "AmazonAPIGatewayAdministrator",
    description: "Allows making and changing APIs; calling them is another matter.",
    statements: [{ Effect: "Allow", Action: "apigateway:*", Resource: "arn:aws:apigateway:*::/*" }],
  },
  {
    name: "AWSLambdaBasicExecutionRole",
    path: "/service-role/",
    description: "Allows a function to write its log.",
    statements: [allow("logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents")],
  },
  {
    name: "AmazonSSMManagedInstanceCore",
    description: "Allows an instance to be managed by Systems Manager.",
    statements: [
      allow(
        "ec2messages:*",
        "ssm:DescribeAssociation",
        "ssm:Get*",
        "ssm:ListAssociations",
        "ssm:PutInventory",
        "ssm:UpdateInstanceInformation",
        "ssmmessages:*",
      ),
    ],
  },
];
