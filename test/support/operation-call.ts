import * as accessAnalyzer from "@aws-sdk/client-accessanalyzer";
import * as iam from "@aws-sdk/client-iam";
import * as organizations from "@aws-sdk/client-organizations";
import * as sts from "@aws-sdk/client-sts";
import { accessAnalyzerOperations } from "@portcullis/iam/operation/access-analyzer";
import { iamOperations } from "@portcullis/iam/operation/iam";
import { organizationsOperations } from "@portcullis/iam/operation/organizations";
import { stsOperations } from "@portcullis/iam/operation/sts";
import { loadService } from "@portcullis/protocol";
import type { TestCredentials, TestInstallation } from "./harness.ts";
import type { OperationWorld } from "./operation-world.ts";

const TABLES = {
  iam: iamOperations,
  sts: stsOperations,
  organizations: organizationsOperations,
  "access-analyzer": accessAnalyzerOperations,
} as const;
const SDK = { iam, sts, organizations, "access-analyzer": accessAnalyzer } as const;
type ServiceName = keyof typeof SDK;

/** Every operation that is offered, of every service. */
export const OPERATIONS = (Object.keys(TABLES) as ServiceName[]).flatMap((service) =>
  Object.entries(TABLES[service]).map(([name, { action, access = "policies" }]) => ({
    service,
    name,
    action,
    access,
  })),
);

export type OfferedOperation = (typeof OPERATIONS)[number];

/** Operations that take another value than the sample of a member's name. */
const OWN: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  AssumeRole: { SerialNumber: undefined },
  CheckNoPublicAccess: { resourceType: "AWS::IAM::AssumeRolePolicyDocument" },
  DescribeEffectivePolicy: { PolicyType: "TAG_POLICY" },
  GetSSHPublicKey: { Encoding: "SSH" },
};

/** An input for the operation: each of its members that the world has a sample of. */
export async function inputFor(
  { service, name }: OfferedOperation,
  { samples }: OperationWorld,
  own: Readonly<Record<string, unknown>> = {},
): Promise<Record<string, unknown>> {
  const members = (await loadService(service)).operations.get(name)?.input?.members ?? new Map();
  const input: Record<string, unknown> = {};
  for (const member of members.keys()) {
    if (Object.hasOwn(samples, member)) input[member] = samples[member];
  }
  for (const [member, value] of Object.entries({ ...OWN[name], ...own })) {
    if (value === undefined) delete input[member];
    else input[member] = value;
  }
  return input;
}

interface Client {
  send(command: object): Promise<unknown>;
}

/** Sends the operation as the SDK's client of its service does. */
export function sendAs(
  installation: TestInstallation,
  credentials: TestCredentials,
): (operation: OfferedOperation, input: object) => Promise<unknown> {
  const clients: Readonly<Record<ServiceName, Client>> = {
    iam: installation.iamAs(credentials) as Client,
    sts: installation.stsAs(credentials) as Client,
    organizations: installation.organizationsAs(credentials) as Client,
    "access-analyzer": installation.analyzerAs(credentials) as Client,
  };
  return ({ service, name }, input) => {
    const commands = SDK[service] as unknown as Record<string, new (input: object) => object>;
    const Command = commands[`${name}Command`];
    if (Command === undefined) throw new Error(`the SDK has no command for ${service}:${name}`);
    return clients[service].send(new Command(input));
  };
}
