import { createRequire } from "node:module";
import { join } from "node:path";
import { answerOf, type Existing, stateOf } from "./cloud.ts";
import { PLATFORM } from "./paths.ts";
import type { App, Program } from "./program.ts";
import { buildSite } from "./site-build.ts";

/** A resource that a deployment would create. */
export interface Resource {
  readonly type: string;
  readonly name: string;
  readonly protect: boolean;
  readonly retainOnDelete: boolean;
  /** The names of resources that are created before it, by request or through its inputs. */
  readonly after: readonly string[];
  readonly inputs: Readonly<Record<string, unknown>>;
}

interface Registration {
  getType(): string;
  getName(): string;
  getProtect(): boolean;
  getRetainondelete(): boolean;
  /** URNs, which end in `::` and the name. */
  getDependenciesList(): string[];
  getObject(): { toJavaScript(): Record<string, unknown> } | undefined;
}
type Answer = (error: unknown, response: unknown) => void;

/**
 * The part of `@pulumi/pulumi` that is used here. The package is in `.sst`, where the tests'
 * compiler does not look.
 */
interface Pulumi {
  readonly runtime: {
    setMocks(
      mocks: {
        newResource(args: {
          type: string;
          name: string;
          inputs: Record<string, unknown>;
          id?: string;
        }): unknown;
        call(args: { token: string; inputs: Record<string, unknown> }): unknown;
      },
      project: string,
      stack: string,
      preview: boolean,
      organization: string,
    ): Promise<void>;
    getMonitor(): { registerResource(request: Registration, answer: Answer): void };
    runInPulumiStack(program: Program): Promise<unknown>;
    waitForRPCs(): Promise<void>;
    disconnect(): Promise<void>;
  };
  output(value: unknown): { promise(): Promise<Record<string, unknown>> };
}

const pulumi: Pulumi = createRequire(join(PLATFORM, "package.json"))("@pulumi/pulumi");

/**
 * Runs the program in a stack without a cloud. Adds to `resources` what it would create; returns
 * its outputs.
 */
export async function deployNowhere(
  app: App,
  program: Program,
  resources: Resource[],
  existing: Existing,
): Promise<Record<string, unknown>> {
  await pulumi.runtime.setMocks(
    {
      newResource: ({ type, name, inputs, id }) => {
        if (type === "command:local:Command") buildSite(inputs);
        // A resource that is read, not created, is known by its id.
        return stateOf(type, name, id ? { ...inputs, name: id } : inputs);
      },
      call: ({ token, inputs }) => answerOf(token, inputs, existing),
    },
    app.name,
    app.stage,
    false,
    "organization",
  );
  recordRegistrations(resources);
  const outputs = await pulumi.output(await pulumi.runtime.runInPulumiStack(program)).promise();
  await pulumi.runtime.waitForRPCs();
  await pulumi.runtime.disconnect();
  return plain(outputs);
}

/**
 * The mocks receive a resource's inputs but not its options, which are read from the request
 * itself.
 */
function recordRegistrations(resources: Resource[]): void {
  const monitor = pulumi.runtime.getMonitor();
  const register = monitor.registerResource.bind(monitor);
  monitor.registerResource = (request, answer) => {
    resources.push({
      type: request.getType(),
      name: request.getName(),
      protect: request.getProtect(),
      retainOnDelete: request.getRetainondelete(),
      after: request.getDependenciesList().map((urn) => urn.split("::").at(-1) ?? ""),
      inputs: plain(request.getObject()?.toJavaScript() ?? {}),
    });
    register(request, answer);
  };
}

const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";

/** Pulumi's wire format of a value without its marks of secrets. */
function plain(value: Record<string, unknown>): Record<string, unknown> {
  return JSON.parse(
    JSON.stringify(value, (key, part: Record<string, unknown> | null) => {
      if (key === "__provider") return undefined;
      return part?.[SIGNATURE] === SECRET ? part.value : part;
    }),
  );
}
