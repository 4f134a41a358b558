import { CLAIM_KEY } from "@portcullis/store";

/** AWS's answers to the program: ids and ARNs in AWS's forms, and where the program runs. */

export const REGION = "eu-west-1";
export const ACCOUNT = "123456789012";

type Fields = Record<string, unknown>;

const arn = (service: string, rest: string) => `arn:aws:${service}:${REGION}:${ACCOUNT}:${rest}`;

/** The state that AWS adds to a resource of a type, besides its inputs. */
const STATE: Record<string, (name: string, id: string, inputs: Fields) => Fields> = {
  "aws:lambda/function:Function": (name) => ({
    arn: arn("lambda", `function:${name}`),
    qualifiedArn: arn("lambda", `function:${name}:1`),
    version: "1",
    invokeArn: `arn:aws:apigateway:${REGION}:lambda:path/2015-03-31/functions/${arn("lambda", `function:${name}`)}/invocations`,
  }),
  "aws:iam/role:Role": (name) => ({ arn: `arn:aws:iam::${ACCOUNT}:role/${name}` }),
  "aws:dynamodb/table:Table": (name) => ({ arn: arn("dynamodb", `table/${name}`) }),
  "aws:kms/key:Key": (_, id) => ({ arn: arn("kms", `key/${id}`), keyId: id }),
  "aws:cloudfront/distribution:Distribution": (_, id) => ({
    domainName: `${id.toLowerCase()}.cloudfront.net`,
  }),
  "aws:cloudwatch/logGroup:LogGroup": (name) => ({ arn: arn("logs", `log-group:${name}`) }),
  "aws:sns/topic:Topic": (name) => ({ arn: arn("sns", name) }),
  "aws:apigatewayv2/api:Api": (_, id) => ({
    apiEndpoint: `https://${id}.execute-api.${REGION}.amazonaws.com`,
    executionArn: arn("execute-api", id),
  }),
  // There is one for the whole AWS account. Its role for logs says that a REST API was used before.
  "aws:apigateway/account:Account": () => ({
    cloudwatchRoleArn: `arn:aws:iam::${ACCOUNT}:role/logs`,
  }),
  "aws:apigateway/restApi:RestApi": (_, id) => ({
    executionArn: arn("execute-api", id),
    rootResourceId: "root",
  }),
  "random:index/randomBytes:RandomBytes": () => ({
    base64: Buffer.alloc(32, 7).toString("base64"),
  }),
  "random:index/randomString:RandomString": () => ({ result: "R".repeat(16) }),
  "random:index/randomPassword:RandomPassword": (_, __, { length }) => ({
    result: "p".repeat(Number(length)),
  }),
};

export function stateOf(
  type: string,
  logicalName: string,
  inputs: Fields,
): { id: string; state: Fields } {
  const id = `${logicalName}-id`;
  const name = typeof inputs.name === "string" ? inputs.name : logicalName;
  return {
    id,
    state: {
      ...inputs,
      name,
      arn: arn("unknown", logicalName),
      ...STATE[type]?.(name, id, inputs),
    },
  };
}

/** What the AWS account has already from earlier deployments. */
export interface Existing {
  readonly tables?: Readonly<Record<string, ExistingTable>>;
  readonly functions?: readonly string[];
}

export interface ExistingTable {
  readonly tags?: Readonly<Record<string, string>>;
  /** The management account of the installation in the table. */
  readonly managementAccount?: string;
}

const ANSWERS: Record<string, (inputs: Fields, existing: Existing) => Fields> = {
  "aws:dynamodb/getTables:getTables": (_, { tables = {} }) => ({ names: Object.keys(tables) }),
  "aws:dynamodb/getTable:getTable": ({ name }, { tables = {} }) => ({
    name,
    tags: tables[String(name)]?.tags ?? {},
  }),
  "aws:dynamodb/getTableItem:getTableItem": tableItem,
  "aws:lambda/getFunctions:getFunctions": (_, { functions = [] }) => ({ functionNames: functions }),
  "aws:index/getRegion:getRegion": () => ({ region: REGION, name: REGION, id: REGION }),
  "aws:index/getPartition:getPartition": () => ({ partition: "aws", dnsSuffix: "amazonaws.com" }),
  "aws:index/getCallerIdentity:getCallerIdentity": () => ({ accountId: ACCOUNT }),
  "aws:iam/getPolicyDocument:getPolicyDocument": policyDocument,
};

export function answerOf(call: string, inputs: Fields, existing: Existing): Fields {
  const answer = ANSWERS[call];
  if (answer === undefined) throw new Error(`unexpected question to AWS: ${call}`);
  return answer(inputs, existing);
}

function tableItem({ tableName, key }: Fields, { tables = {} }: Existing): Fields {
  const { pk, sk }: { pk: { S: string }; sk: { S: string } } = JSON.parse(String(key));
  const holder = tables[String(tableName)]?.managementAccount;
  const asked = { account: pk.S.split("#")[0], partition: pk.S.split("#")[1], sort: sk.S };
  if (holder === undefined || JSON.stringify(asked) !== JSON.stringify(CLAIM_KEY)) {
    const details = `reading DynamoDB Table Item (${tableName}|pk|${pk.S}|sk|${sk.S}): couldn't find resource`;
    // As gRPC passes on a provider's failure.
    throw Object.assign(new Error(details), { details });
  }
  const data = JSON.stringify({ managementAccount: holder });
  return { item: JSON.stringify({ pk, sk, d: { S: data }, v: { N: "1" } }) };
}

interface StatementArgs {
  readonly effect?: string;
  readonly actions?: readonly string[];
  readonly resources?: readonly string[];
  readonly principals?: readonly {
    readonly type: string;
    readonly identifiers: readonly string[];
  }[];
  readonly conditions?: readonly {
    readonly test: string;
    readonly variable: string;
    readonly values: readonly string[];
  }[];
}

function policyDocument(inputs: { statements?: readonly StatementArgs[] }): Fields {
  const statements = inputs.statements ?? [];
  const json = JSON.stringify({ Version: "2012-10-17", Statement: statements.map(statement) });
  // SST asks whether there are any by asking whether this is undefined
  return { statements: statements.length > 0 ? statements : undefined, json };
}

function statement(args: StatementArgs): Fields {
  return {
    Effect: args.effect ?? "Allow",
    ...(args.principals && {
      Principal: Object.fromEntries(args.principals.map((each) => [each.type, each.identifiers])),
    }),
    Action: args.actions,
    ...(args.resources && { Resource: args.resources }),
    ...(args.conditions && { Condition: conditions(args.conditions) }),
  };
}

function conditions(list: NonNullable<StatementArgs["conditions"]>): Fields {
  const block: Record<string, Record<string, readonly string[]>> = {};
  for (const { test, variable, values } of list)
    block[test] = { ...block[test], [variable]: values };
  return block;
}
