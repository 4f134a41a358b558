import type { Code } from "./handlers.ts";
import { trustOnlyLambda } from "./role-trust.ts";
import { logRetention, physicalName } from "./stage.ts";

type FunctionArgs = sst.aws.FunctionArgs;
export type Permission = Extract<
  NonNullable<FunctionArgs["permissions"]>,
  readonly unknown[]
>[number];

/** Options of every component that has functions. */
export interface FunctionSettings {
  readonly code?: Code;
  /**
   * Whether X-Ray records the functions' invocations, at X-Ray's price. Adds one permission.
   * @default false
   */
  readonly tracing?: boolean;
}

/** A file that is deployed with a function's code. */
export interface FileBesideCode {
  /** From the root of the SST app. */
  readonly from: string;
  /** From the folder of the code. */
  readonly to: string;
}

export interface LeastPrivilegeArgs {
  /** The name in the AWS account, after app and stage. */
  readonly part: string;
  readonly description: string;
  /** `<file without extension>.<export>`, from the root of the SST app. */
  readonly handler: string;
  readonly environment: Record<string, $util.Input<string>>;
  /** Files beside the code, such as data that do not fit into the environment. @default none */
  readonly copyFiles?: readonly FileBesideCode[] | undefined;
  /** All permissions except writing its own log. */
  readonly permissions: readonly Permission[];
  readonly timeout: FunctionArgs["timeout"];
  readonly memory?: FunctionArgs["memory"];
  /** The most concurrent invocations, taken from the AWS account's limit. @default no limit */
  readonly concurrency?: number | undefined;
  /**
   * False: runs deployed under `sst dev` too, instead of on the developer's machine. @default true
   */
  readonly live?: false;
  readonly tracing?: boolean | undefined;
  /**
   * Whether stack traces name functions. It takes 2 ms of processor time at each cold start of an
   * authorizer, whose log has no stack traces. @default true
   */
  readonly functionNames?: boolean;
}

/**
 * A function with an execution role of its own, which only Lambda may assume and which has the
 * given permissions and nothing else. AWS's managed logging policy, which covers every log group of
 * the account, is replaced by this function's own log group.
 */
export function leastPrivilegeFunction(name: string, args: LeastPrivilegeArgs): sst.aws.Function {
  const functionName = physicalName(args.part);
  const live = $dev && args.live !== false;
  return new sst.aws.Function(name, {
    name: functionName,
    description: args.description,
    handler: args.handler,
    runtime: "nodejs24.x",
    architecture: "arm64",
    memory: args.memory ?? "1024 MB",
    timeout: args.timeout,
    environment: args.environment,
    ...(args.copyFiles && { copyFiles: [...args.copyFiles] }),
    ...(args.concurrency !== undefined && { concurrency: { reserved: args.concurrency } }),
    permissions: [
      ...args.permissions,
      writeLog(functionName),
      ...(args.tracing ? [WRITE_TRACES] : []),
    ],
    dev: args.live,
    logging: { format: "json", retention: logRetention() },
    // Splitting: code that a call does not need (another service, a credential source) is not even
    // read.
    nodejs: {
      minify: true,
      splitting: true,
      esbuild: { keepNames: args.functionNames ?? true },
    },
    transform: {
      ...(args.tracing && { function: { tracingConfig: { mode: "Active" } } }),
      role: (role) => {
        if (!live) trustOnlyLambda(role);
        role.managedPolicyArns = [];
        return undefined;
      },
    },
  });
}

/**
 * Lambda sends the traces under the function's role. X-Ray has no resource ARNs for these actions.
 */
const WRITE_TRACES: Permission = {
  actions: ["xray:PutTelemetryRecords", "xray:PutTraceSegments"],
  resources: ["*"],
};

function writeLog(functionName: string): Permission {
  const { partition } = aws.getPartitionOutput();
  const { region } = aws.getRegionOutput();
  const { accountId } = aws.getCallerIdentityOutput();
  return {
    actions: ["logs:CreateLogStream", "logs:PutLogEvents"],
    resources: [
      $interpolate`arn:${partition}:logs:${region}:${accountId}:log-group:/aws/lambda/${functionName}:*`,
    ],
  };
}
