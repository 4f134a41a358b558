import type { Issue } from "../model/issue.ts";
import { LIMITS } from "../model/limits.ts";

/** How the resource part of an IAM ARN may begin. */
export const IAM_PATHS: readonly string[] = [
  "user/",
  "federated-user/",
  "role/",
  "group/",
  "instance-profile/",
  "mfa/",
  "server-certificate/",
  "policy/",
  "sms-mfa/",
  "saml-provider/",
  "oidc-provider/",
  "report/",
  "access-report/",
];

/**
 * What can be wrong with a document, in the order in which AWS looks, so that the first issue of a report is the one
 * that AWS would name. Messages are AWS's, word for word, where one was seen.
 */
const PROBLEMS = {
  json: () => "Syntax errors in policy.",
  trustJson: () => "This policy contains invalid Json",
  syntax: () => "Syntax errors in policy.",
  prohibited: (field: string) => `Has prohibited field ${field}`,
  missing: (field: string) => `Missing required field ${field}`,
  principalNotAllowed: () => "Policy document should not specify a principal.",
  principal: (what: string) => `Invalid principal in policy: ${what}`,
  legacy: () => "The policy failed legacy parsing",
  partition: (what: string) => `Partition ${what}`,
  notArn: (resource: string) => `Resource ${resource} must be in ARN format or "*".`,
  resourceVendor: () => "Resource vendor must be fully qualified and cannot contain regexes.",
  iamRegion: (arn: string) => `IAM resource ${arn} cannot contain region information.`,
  iamPath: () => `IAM resource path must either be "*" or start with ${IAM_PATHS.join(", ")}.`,
  sid: () => "Statement IDs (SID) in a single policy must be unique.",
  noVendor: () => "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.",
  vendor: (vendor: string) => `Vendor ${vendor} is not valid`,
  colons: () => "Actions/Condition can contain only one colon.",
  notAssumeRole: () => "AssumeRole policy may only specify STS AssumeRole actions.",
  noActions: () => "Policy statement must contain actions.",
  noResources: () => "Policy statement must contain resources.",
} satisfies Record<string, (detail: string) => string>;

export type Problem = keyof typeof PROBLEMS;

/** Where a problem is, and what its message mentions. */
interface Finding {
  readonly path: string;
  readonly detail: string;
}

/** Collects what is wrong while a document is read: of each problem no more than is reported of all. */
export type Report = Map<string, Finding[]>;

export function note(report: Report, problem: Problem, path: string, detail = ""): void {
  const found = report.get(problem) ?? [];
  if (found.length < LIMITS.issues) found.push({ path, detail });
  report.set(problem, found);
}

export function toIssues(report: Report): readonly Issue[] {
  return Object.entries(PROBLEMS)
    .flatMap(([problem, message]) =>
      (report.get(problem) ?? []).map(({ path, detail }) => ({
        code: "MalformedPolicyDocument",
        path,
        message: message(detail),
      })),
    )
    .slice(0, LIMITS.issues);
}
