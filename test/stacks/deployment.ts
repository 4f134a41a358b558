import { execFile } from "node:child_process";
import { join, resolve } from "node:path";
import type { Build } from "./synth/cli-server.ts";
import type { Existing } from "./synth/cloud.ts";
import { ROOT } from "./synth/paths.ts";
import { type App, bundleProgram } from "./synth/program.ts";
import type { Resource } from "./synth/pulumi.ts";

/** What a deployment of a stage would create. */
export interface Deployment {
  readonly app: App;
  readonly outputs: Readonly<Record<string, unknown>>;
  readonly builds: readonly Build[];
  readonly resources: readonly Resource[];
}

export interface Stage {
  readonly stage: string;
  /** As under `sst dev`. */
  readonly dev?: boolean;
  readonly secrets?: Readonly<Record<string, string>>;
  /** Of the app's `sst.config.ts`, from the root of the repository or absolute. @default "." */
  readonly folder?: string;
  /** @default nothing */
  readonly existing?: Existing;
  /** Other variables of the environment that the program runs in. */
  readonly variables?: Readonly<Record<string, string>>;
}

/** The secrets that production requires. */
export const ROOT_KEY = {
  RootAccessKeyId: "AKIAPORTCULLISROOT42",
  RootSecretAccessKey: "0123456789012345678901234567890123456789",
};

/** An optional secret. */
export const ROOT_PASSWORD = { RootPassword: "Correct horse battery staple 1" };

/** What ARNs begin with, and the region and account that the mocked cloud is. */
export const AWS = "arn:aws:";
export const PLACE = "eu-west-1:123456789012";

/** Pulumi's AWS provider is large: it is compiled once for all tests. */
const COMPILED = join(ROOT, "node_modules/.cache/synth");
const LIMIT_MS = 90_000;

/**
 * A program that ended without deploying: the reason, and the types of AWS resources that it had
 * requested.
 */
export class Refusal extends Error {
  override readonly name = "Refusal";
  readonly touched: readonly string[];
  constructor(message: string, touched: readonly string[]) {
    super(message);
    this.touched = touched;
  }
}

/**
 * What the real program deploys to a stage. It runs in a process of its own.
 * @throws {Refusal}
 */
export async function deployment(stage: Stage): Promise<Deployment> {
  const [made] = await deployments([stage]);
  if (made instanceof Refusal) throw made;
  return made as Deployment;
}

/**
 * The same for several stages, in their order. Those of one app share a process, one after the
 * other: to load Pulumi takes a second, and most refusals nothing beside it.
 */
export async function deployments(
  stages: readonly Stage[],
): Promise<readonly (Deployment | Refusal)[]> {
  const results = new Map<Stage, Deployment | Refusal>();
  const folders = new Set(stages.map(({ folder = "." }) => folder));
  await Promise.all(
    [...folders].map(async (folder) => {
      const some = stages.filter((stage) => (stage.folder ?? ".") === folder);
      const made = await synthesize(resolve(ROOT, folder), some);
      for (const [index, stage] of some.entries()) results.set(stage, made[index]!);
    }),
  );
  return stages.map((stage) => results.get(stage)!);
}

async function synthesize(
  folder: string,
  stages: readonly Stage[],
): Promise<readonly (Deployment | Refusal)[]> {
  const args = [
    // Pulumi records where each of its promises was created, which costs more than everything else.
    "--stack-trace-limit=0",
    join(ROOT, "test/stacks/synth/main.ts"),
    await programOf(folder),
    folder,
  ];
  const input = stages.map(
    ({ stage, dev = false, secrets = {}, existing = {}, variables = {} }) => {
      const named = Object.entries(secrets).map(([name, value]) => [`SST_SECRET_${name}`, value]);
      return { stage, dev, existing, variables: { ...variables, ...Object.fromEntries(named) } };
    },
  );
  const env = { ...process.env, NODE_OPTIONS: "", NODE_COMPILE_CACHE: COMPILED };
  const results = await new Promise<readonly (Deployment | RefusedStage)[]>((fulfill, reject) => {
    const options = { env, timeout: LIMIT_MS, maxBuffer: 64e6 };
    const child = execFile(process.execPath, args, options, (error, stdout) => {
      if (error) reject(error);
      else fulfill(JSON.parse(stdout));
    });
    child.stdin?.end(JSON.stringify(input));
  });
  return results.map((one) => ("refusal" in one ? new Refusal(one.refusal, one.touched) : one));
}

interface RefusedStage {
  readonly refusal: string;
  readonly touched: readonly string[];
}

/** The stages of the sample that several files look at. */
const SAMPLE_STAGES = {
  production: { stage: "production", secrets: { ...ROOT_KEY, ...ROOT_PASSWORD } },
  personal: { stage: "alice" },
  dev: { stage: "alice", dev: true },
} as const satisfies Record<string, Stage>;

let sampleStages: Promise<readonly (Deployment | Refusal)[]> | undefined;

/** One of the sample's stages, synthesized once for all files of a worker. */
export async function sampleStage(name: keyof typeof SAMPLE_STAGES): Promise<Deployment> {
  sampleStages ??= deployments(Object.values(SAMPLE_STAGES));
  const made = (await sampleStages)[Object.keys(SAMPLE_STAGES).indexOf(name)];
  if (made instanceof Refusal) throw made;
  return made as Deployment;
}

const programs = new Map<string, Promise<string>>();

/** The bundle of an app's program, made once for all of its stages. */
function programOf(folder: string): Promise<string> {
  const made = programs.get(folder) ?? bundleProgram(folder);
  programs.set(folder, made);
  return made;
}

/** The only resource of this type and name; its inputs. */
export function resource({ resources }: Deployment, type: string, name: string): Resource {
  const found = resources.filter((each) => each.type === type && each.name === name);
  if (found.length !== 1) throw new Error(`${found.length} resources ${type} ${name}`);
  return found[0]!;
}

export function ofType({ resources }: Deployment, type: string): readonly Resource[] {
  return resources.filter((each) => each.type === type);
}

interface RoleInputs {
  readonly assumeRolePolicy: { readonly Statement: readonly unknown[] } | string;
  readonly inlinePolicies?: readonly { readonly policy: string }[];
  readonly managedPolicyArns?: readonly string[];
}

/** A role as IAM would show it. */
export interface Role {
  readonly trust: readonly unknown[];
  readonly statements: readonly unknown[];
  readonly managedPolicies: readonly string[];
}

export function role(of: Deployment, functionName: string): Role {
  return readRole(resource(of, "aws:iam/role:Role", `${functionName}Role`));
}

export function roles(of: Deployment): readonly Role[] {
  return ofType(of, "aws:iam/role:Role").map(readRole);
}

function readRole({ inputs }: Resource): Role {
  const {
    assumeRolePolicy,
    inlinePolicies = [],
    managedPolicyArns = [],
  }: RoleInputs = JSON.parse(JSON.stringify(inputs));
  const trust =
    typeof assumeRolePolicy === "string" ? JSON.parse(assumeRolePolicy) : assumeRolePolicy;
  return {
    trust: trust.Statement,
    statements: inlinePolicies.flatMap(({ policy }) => JSON.parse(policy).Statement),
    managedPolicies: managedPolicyArns,
  };
}

/** The environment variables that we give a function, without SST's own. */
export function environment(of: Deployment, functionName: string): Record<string, string> {
  const { inputs } = resource(of, "aws:lambda/function:Function", `${functionName}Function`);
  const { environment }: { environment: { variables: Record<string, string> } } = JSON.parse(
    JSON.stringify(inputs),
  );
  return Object.fromEntries(
    Object.entries(environment.variables).filter(([name]) => !name.startsWith("SST_")),
  );
}

/** The files that are deployed beside a function's code, by their path in it. */
export function filesBeside({ builds }: Deployment, functionName: string): Build["files"] {
  return builds.find(({ functionID }) => functionID === functionName)?.files ?? {};
}
