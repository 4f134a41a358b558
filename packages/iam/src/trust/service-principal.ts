/**
 * AWS services, by the last label of their principal's name before `amazonaws.com`. Trust policies
 * are often copied from AWS. No service assumes roles here, so a missing or superfluous name grants
 * nothing.
 */
const SERVICES: ReadonlySet<string> = new Set(
  `
  a2c a4b access-analyzer account accountdiscovery acm acm-pca airflow airflow-env amplify amplifybackend
  aoss apidestinations apigateway appconfig appfabric appflow appintegrations application-autoscaling
  application-insights application-signals application-transformation applicationinsights appmesh
  apprunner appstream appstudio appsync aps arc-zonal-shift artifact athena auditmanager autoscaling
  autoscaling-plans b2bi backup backup-gateway backup-search batch bcm-data-exports bedrock
  bedrock-agentcore billing billingconductor braket budgets bugbust cassandra ce channels chatbot chime
  cleanrooms cleanrooms-ml cloud9 clouddirectory cloudformation cloudfront cloudhsm cloudsearch cloudtrail
  cloudwatch cloudwatch-crossaccount codeartifact codebuild codecommit codeconnections codedeploy codeguru
  codeguru-profiler codeguru-reviewer codepipeline codestar codestar-connections codestar-notifications
  codewhisperer cognito-identity cognito-idp cognito-sync comprehend comprehendmedical compute-optimizer
  config config-conforms connect connect-campaigns continuousexport controltower cost-optimization-hub cur
  custom-resource customer-profiles databrew dataexchange datapipeline datasync datazone dax deadline
  deeplens deepracer delivery detective devicefarm devops-guru directconnect directoryservice discovery
  dlm dms dms-data-migrations dms-fleet-advisor docdb docdb-elastic drs ds dsql dynamodb ebs ec2
  ec2-instance-connect ec2fleet ec2rl ec2scheduled ecr ecr-public ecs ecs-tasks edgelambda eks eks-auth
  eks-connector eks-fargate eks-fargate-pods eks-nodegroup elasticache elasticbeanstalk elasticfilesystem
  elasticloadbalancing elasticmapreduce elastictranscoder emr-containers emr-serverless emrwal
  entityresolution es events evidently execute-api export feature finspace firehose fis fms forecast
  frauddetector freertos fsx gamelift geo geo-maps glacier globalaccelerator glue grafana greengrass
  groundstation guardduty health healthlake honeycode iam identitystore imagebuilder importexport
  inspector inspector2 internetmonitor invoicing iot iotanalytics iotdeviceadvisor iotevents iotfleethub
  iotfleetwise iotmanagedintegrations iotroborunner iotsitewise iotthingsgraph iottwinmaker iotwireless
  ivs jellyfish kafka kafkaconnect kendra kinesis kinesisanalytics kinesisvideo kms lakeformation lambda
  launchwizard lex lexv2 license-manager license-manager-linux-subscriptions
  license-manager-user-subscriptions lightsail loadbalancer logger logs lookoutequipment lookoutmetrics
  lookoutvision m2 machinelearning macie macie2 managedblockchain managedservices marketplace
  marketplacecommerceanalytics mediaconnect mediaconvert medialive mediapackage mediapackagev2 mediastore
  mediatailor medical-imaging memorydb mgh mgn migrationhub migrationhub-orchestrator
  migrationhub-strategy mobileanalytics mobilehub mobiletargeting monitoring monitron mpa mq
  mturk-requester mwaa mwaa-serverless neptune neptune-graph network-firewall networkflowmonitor
  networkmanager networkmonitor nimble notifications notifications-contacts oam observability
  observabilityadmin omics opensearch opensearchserverless opensearchservice ops opsdatasync opsinsights
  opsworks opsworks-cm organizations osis outposts panorama partnercentral payment-cryptography
  pca-connector-ad pcs personalize pinpoint pipes polly pricing private-networks profile proton
  purchaseorders q qapps qbusiness qldb quicksight ram rbin rds rds-data redshift redshift-data
  redshift-serverless rekognition replicator repostspace resiliencehub resource-explorer-2 resource-groups
  robomaker rolesanywhere route53 route53-recovery-control-config route53-recovery-readiness
  route53domains route53profiles route53resolver rum s3 s3-outposts s3tables s3vectors sagemaker
  sagemaker-geospatial savingsplans scheduler schemas scn sdb secretsmanager security-ir securityhub
  securitylake selfservicereporting serverlessrepo servicecatalog servicecatalog-appregistry
  servicediscovery servicequotas ses sesv2 shield signer signin simspaceweaver sms sms-voice
  snow-device-management snowball sns social-messaging sqs ssm ssm-contacts ssm-guiconnect ssm-incidents
  ssm-quicksetup ssm-sap ssmmessages sso sso-directory states storagegateway streams sts sumerian
  supplychain support supportapp swf synthetics tag tagging tax textract thinkbox timestream
  timestream-influxdb tnb transcribe transcribestreaming transfer translate trustedadvisor
  user-subscriptions verified-access verifiedpermissions vmie vmware-cloud voiceid vpc-flow-logs
  vpc-lattice vpcorigin waf waf-regional wafv2 wellarchitected wickr wisdom workdocs worklink workmail
  workspaces workspaces-thin-client workspaces-web xray
  `
    .trim()
    .split(/\s+/),
);

/**
 * Whether a name is a service principal of AWS: `lambda.amazonaws.com`,
 * `email.cognito-idp.amazonaws.com`, `logs.eu-west-1.amazonaws.com`.
 */
export function isServicePrincipal(name: string): boolean {
  const labels =
    /^([a-z0-9-]+(?:\.[a-z0-9-]+){0,3})\.amazonaws\.com(?:\.cn)?$/.exec(name)?.[1]?.split(".") ??
    [];
  const service = labels.findLast((label) => !REGION.test(label));
  return service !== undefined && SERVICES.has(service);
}

const REGION = /^[a-z]{2}(-[a-z]+)+-\d$/;
