import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CreateTableCommand } from "@aws-sdk/client-dynamodb";
import type { Store } from "@portcullis/iam/store";
import { dynamoStore } from "@portcullis/store";
import { type TestTable, testTable } from "../../support/engine.ts";
import { bundle } from "../bundle.ts";
import { type Deployment, environment, filesBeside, resource, role } from "../deployment.ts";
import { type Aws, startAws } from "./aws.ts";
import { type Lambda, startLambda } from "./lambda.ts";

/**
 * A function that runs as it is deployed: its bundle, its environment, and AWS as its role lets it
 * reach it.
 */
export interface DeployedFunction extends Lambda {
  /** Its logical name in the stacks. */
  readonly name: string;
  readonly aws: Aws;
  /** Of its role's policy. */
  readonly statements: readonly unknown[];
}

export interface DeployedInstallation {
  /**
   * `billing`: the authorizer once more, for an API that has no service definition; `reports`: that
   * of a REST API, in the same role, as each authorizer's is the same.
   */
  readonly functions: Readonly<Record<FunctionName | "billing" | "reports", DeployedFunction>>;
  /** The identity table, as an operator reaches it. */
  readonly store: Store;
  stop(): Promise<void>;
}

/** Each function's logical name in the stacks, and the entry point of its code. */
const FUNCTIONS = {
  setup: { name: "SetupFunction", entry: "packages/functions/src/setup.ts" },
  iam: { name: "ControlIam", entry: "packages/functions/src/iam.ts" },
  sts: { name: "ControlSts", entry: "packages/functions/src/sts.ts" },
  organizations: { name: "ControlOrganizations", entry: "packages/functions/src/organizations.ts" },
  "access-analyzer": {
    name: "ControlAccessAnalyzer",
    entry: "packages/functions/src/access-analyzer.ts",
  },
  "access-evaluation": {
    name: "ControlAccessEvaluation",
    entry: "packages/functions/src/access-evaluation.ts",
  },
  cloudtrail: { name: "ControlCloudTrail", entry: "packages/functions/src/cloudtrail.ts" },
  portcullis: { name: "ControlPortcullis", entry: "packages/functions/src/portcullis.ts" },
  issuer: { name: "ControlIssuer", entry: "packages/functions/src/issuer.ts" },
  signin: { name: "ControlSignIn", entry: "packages/functions/src/signin.ts" },
  authorizer: { name: "OrdersProtectionFunction", entry: "examples/orders/src/authorizer.ts" },
  orders: { name: "OrdersFunction", entry: "examples/orders/src/orders.ts" },
  usage: { name: "UsageFunction", entry: "packages/functions/src/usage.ts" },
} as const;
type FunctionName = keyof typeof FUNCTIONS;
export const FUNCTION_NAMES = Object.keys(FUNCTIONS) as FunctionName[]; // an object's keys are strings to the compiler

/** Every function of a deployment, running on this machine, with the engine in DynamoDB's place. */
export async function startDeployed(deployment: Deployment): Promise<DeployedInstallation> {
  const folder = mkdtempSync(join(tmpdir(), "portcullis-deployed-"));
  const table = await testTable();
  await createTables(deployment, table);
  const start = async (
    of: FunctionName,
    other: Record<string, string> = {},
    entry: string = FUNCTIONS[of].entry,
  ): Promise<DeployedFunction> => {
    const { name } = FUNCTIONS[of];
    const { statements } = role(deployment, name);
    const code = join(folder, randomUUID());
    await bundle(entry, code);
    for (const [path, text] of Object.entries(filesBeside(deployment, name)))
      writeFileSync(join(code, path), text);
    const aws = await startAws(table.endpoint, statements);
    const lambda = await startLambda(join(code, "bundle.mjs"), {
      ...environment(deployment, name),
      // of Lambda's own; the region is the one that the tests sign for
      AWS_REGION: "us-east-1",
      LAMBDA_TASK_ROOT: code,
      AWS_ACCESS_KEY_ID: "ASIAFUNCTION",
      AWS_SECRET_ACCESS_KEY: "of the role",
      AWS_ENDPOINT_URL_DYNAMODB: aws.url,
      AWS_ENDPOINT_URL_KMS: aws.url,
      ...other,
    });
    return { ...lambda, name, aws, statements };
  };
  const [
    billing,
    reports,
    setup,
    iam,
    sts,
    organizations,
    analyzer,
    evaluation,
    cloudtrail,
    portcullis,
    issuer,
    signin,
    authorizer,
    orders,
    usage,
  ] = await Promise.all([
    start("authorizer", { PORTCULLIS_API_ID: "billing" }, "packages/functions/src/authorizer.ts"),
    start(
      "authorizer",
      { PORTCULLIS_API_ID: "reports" },
      "packages/functions/src/authorizer-rest.ts",
    ),
    start("setup"),
    start("iam"),
    start("sts"),
    start("organizations"),
    start("access-analyzer"),
    start("access-evaluation"),
    start("cloudtrail"),
    start("portcullis"),
    start("issuer"),
    start("signin"),
    start("authorizer"),
    start("orders"),
    start("usage"),
  ]);
  const functions = {
    billing,
    reports,
    setup,
    iam,
    sts,
    organizations,
    "access-analyzer": analyzer,
    "access-evaluation": evaluation,
    cloudtrail,
    portcullis,
    issuer,
    signin,
    authorizer,
    orders,
    usage,
  };
  const { inputs } = resource(deployment, "aws:dynamodb/table:Table", "IdentityTableTable");
  return {
    functions,
    store: dynamoStore({ client: table.client(), tableName: String(inputs.name) }),
    async stop() {
      for (const each of Object.values(functions)) {
        each.stop();
        each.aws.stop();
      }
      await table.stop();
      rmSync(folder, { recursive: true });
    },
  };
}

interface TableInputs {
  readonly name: string;
  readonly attributes: readonly { readonly name: string; readonly type: "S" }[];
  readonly hashKey: string;
  readonly rangeKey: string;
}

/** The tables of the deployment, with its own names and keys. */
async function createTables(deployment: Deployment, table: TestTable): Promise<void> {
  for (const logicalName of ["IdentityTableTable", "OrdersTableTable"]) {
    const { inputs } = resource(deployment, "aws:dynamodb/table:Table", logicalName);
    const { name, attributes, hashKey, rangeKey }: TableInputs = JSON.parse(JSON.stringify(inputs));
    await table.client().send(
      new CreateTableCommand({
        TableName: name,
        BillingMode: "PAY_PER_REQUEST",
        AttributeDefinitions: attributes.map(({ name, type }) => ({
          AttributeName: name,
          AttributeType: type,
        })),
        KeySchema: [
          { AttributeName: hashKey, KeyType: "HASH" },
          { AttributeName: rangeKey, KeyType: "RANGE" },
        ],
      }),
    );
  }
}
