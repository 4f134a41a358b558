import type { Constraints } from "./constraints.ts";

/** The services, by the name that signatures have in their credential scope. */
export type ServiceName =
  | "iam"
  | "sts"
  | "organizations"
  | "access-analyzer"
  | "cloudtrail"
  | "portcullis";

/** The protocol of a service. */
export type Wire =
  | { readonly protocol: "query"; readonly xmlNamespace: string }
  /** `targets`: the accepted prefixes of `X-Amz-Target`. */
  | { readonly protocol: "json"; readonly targets: readonly string[] }
  | { readonly protocol: "rest-json" };

/** What is known of a service before its schemas are loaded. */
export interface ServiceDescription {
  readonly version: string;
  readonly wire: Wire;
  /**
   * Whether an operation only reads. AWS ignores unknown parameters at the top of every request.
   * INVARIANT: we do so only for operations that read. Elsewhere a misspelled parameter could
   * loosen the result: a session without its session policy, a user without its boundary.
   */
  readonly readsOnly: (operation: string) => boolean;
  /** Loads the module that exports the service's schemas. */
  readonly schemas: () => Promise<object>;
  readonly constraints: () => Promise<Constraints>;
}

const nameBegins = (pattern: RegExp) => (operation: string) => pattern.test(operation);

export const SERVICES: Readonly<Record<ServiceName, ServiceDescription>> = {
  iam: {
    version: "2010-05-08",
    wire: { protocol: "query", xmlNamespace: "https://iam.amazonaws.com/doc/2010-05-08/" },
    readsOnly: nameBegins(/^(Get|List)/),
    schemas: () => import("@aws-sdk/client-iam"),
    constraints: () => json(import("./constraints/iam.json", { with: { type: "json" } })),
  },
  sts: {
    version: "2011-06-15",
    wire: { protocol: "query", xmlNamespace: "https://sts.amazonaws.com/doc/2011-06-15/" },
    // The other Get operations issue credentials.
    readsOnly: nameBegins(/^(GetCallerIdentity|GetAccessKeyInfo)$/),
    schemas: () => import("@aws-sdk/client-sts"),
    constraints: () => json(import("./constraints/sts.json", { with: { type: "json" } })),
  },
  organizations: {
    version: "2016-11-28",
    wire: { protocol: "json", targets: ["AWSOrganizationsV20161128"] },
    readsOnly: nameBegins(/^(Describe|List)/),
    schemas: () => import("@aws-sdk/client-organizations"),
    constraints: () => json(import("./constraints/organizations.json", { with: { type: "json" } })),
  },
  "access-analyzer": {
    version: "2019-11-01",
    wire: { protocol: "rest-json" },
    readsOnly: nameBegins(/^(Get|List)/),
    schemas: () => import("@aws-sdk/client-accessanalyzer"),
    constraints: () =>
      json(import("./constraints/access-analyzer.json", { with: { type: "json" } })),
  },
  cloudtrail: {
    version: "2013-11-01",
    // AWS SDKs for JavaScript and Go send the short form, botocore and Java the long one.
    wire: {
      protocol: "json",
      targets: ["CloudTrail_20131101", "com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101"],
    },
    readsOnly: nameBegins(/^(Describe|Get|List|Lookup)/),
    schemas: () => import("@aws-sdk/client-cloudtrail"),
    constraints: () => json(import("./constraints/cloudtrail.json", { with: { type: "json" } })),
  },
  portcullis: {
    version: "2026-01-01",
    wire: { protocol: "json", targets: ["Portcullis"] },
    readsOnly: nameBegins(/^(Get|List)/),
    schemas: () => import("./portcullis.ts"),
    constraints: () => json(import("./constraints/portcullis.json", { with: { type: "json" } })),
  },
};

const json = async (module: Promise<{ readonly default: Constraints }>): Promise<Constraints> =>
  (await module).default;

/** Whether a name is that of a service, such as one taken from a credential scope. */
export function isServiceName(name: string): name is ServiceName {
  return Object.hasOwn(SERVICES, name);
}
