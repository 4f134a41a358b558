/**
 * AWS's names of the services that policies about all services list. An action prefix takes no
 * wildcard.
 */
const READ_WHOLE: Readonly<Record<string, string>> = {
  acm: "AWS Certificate Manager",
  apigateway: "Amazon API Gateway Management",
  appsync: "AWS AppSync",
  athena: "Amazon Athena",
  autoscaling: "Amazon EC2 Auto Scaling",
  backup: "AWS Backup",
  batch: "AWS Batch",
  cloudformation: "AWS CloudFormation",
  cloudfront: "Amazon CloudFront",
  cloudtrail: "AWS CloudTrail",
  cloudwatch: "Amazon CloudWatch",
  codebuild: "AWS CodeBuild",
  codecommit: "AWS CodeCommit",
  codedeploy: "AWS CodeDeploy",
  codepipeline: "AWS CodePipeline",
  "cognito-identity": "Amazon Cognito Identity",
  "cognito-idp": "Amazon Cognito User Pools",
  config: "AWS Config",
  dynamodb: "Amazon DynamoDB",
  ec2: "Amazon EC2",
  ecr: "Amazon Elastic Container Registry",
  ecs: "Amazon Elastic Container Service",
  eks: "Amazon Elastic Kubernetes Service",
  elasticache: "Amazon ElastiCache",
  elasticfilesystem: "Amazon Elastic File System",
  elasticloadbalancing: "Elastic Load Balancing",
  es: "Amazon OpenSearch Service",
  events: "Amazon EventBridge",
  firehose: "Amazon Data Firehose",
  glue: "AWS Glue",
  iam: "AWS Identity and Access Management",
  kafka: "Amazon Managed Streaming for Apache Kafka",
  kinesis: "Amazon Kinesis Data Streams",
  kms: "AWS Key Management Service",
  lambda: "AWS Lambda",
  logs: "Amazon CloudWatch Logs",
  organizations: "AWS Organizations",
  rds: "Amazon RDS",
  redshift: "Amazon Redshift",
  route53: "Amazon Route 53",
  s3: "Amazon S3",
  scheduler: "Amazon EventBridge Scheduler",
  servicediscovery: "AWS Cloud Map",
  ses: "Amazon SES",
  sns: "Amazon SNS",
  sqs: "Amazon SQS",
  ssm: "AWS Systems Manager",
  states: "AWS Step Functions",
  tag: "Resource Groups Tagging API",
  wafv2: "AWS WAF V2",
  xray: "AWS X-Ray",
};

/**
 * Services whose reading would give away credentials or secrets, or calls nothing but what others
 * own.
 */
const OTHERS: Readonly<Record<string, string>> = {
  "execute-api": "Amazon API Gateway",
  secretsmanager: "AWS Secrets Manager",
  sts: "AWS Security Token Service",
};

export const SERVICES: readonly string[] = Object.keys(READ_WHOLE);

/** AWS's names of services, by action prefix. */
export const serviceNames = (): ReadonlyMap<string, string> =>
  new Map(Object.entries({ ...READ_WHOLE, ...OTHERS }));
