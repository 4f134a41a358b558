import type { Issue, Problem } from "../model/issue.ts";
import { LIMITS } from "../model/limits.ts";

/** How the resource part of an IAM ARN must begin. */
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
 * What can be wrong with a document, in AWS's order, so that the first issue of a report is the one
 * that AWS would answer. Messages are AWS's, word for word, where one is known.
 */
const MESSAGES: Readonly<Record<Problem, (detail: string) => string>> = {
  json: () => "Syntax errors in policy.",
  trustJson: () => "This policy contains invalid Json",
  syntax: () => "Syntax errors in policy.",
  prohibited: (field: string) => `Has prohibited field ${field}`,
  missing: (field: string) => `Missing required field ${field}`,
  principalNotAllowed: () => "Policy document should not specify a principal.",
  principal: (what: string) => `Invalid principal in policy: ${what}`,
  version: () => "Policy document must be version 2012-10-17 or greater.",
  operator: (name: string) => `Invalid Condition type : ${name}`,
  legacy: () => "The policy failed legacy parsing",
  partition: (what: string) => `Partition ${what}`,
  notArn: (resource: string) => `Resource ${resource} must be in ARN format or "*".`,
  resourceVendor: () => "Resource vendor must be fully qualified and cannot contain regexes.",
  iamRegion: (arn: string) => `IAM resource ${arn} cannot contain region information.`,
  iamPath: () => `IAM resource path must either be "*" or start with ${IAM_PATHS.join(", ")}.`,
  sid: () =>
    "Statement IDs (SID) must be alpha-numeric. " +
    "Check that your input satisfies the regular expression [0-9A-Za-z]*",
  repeatedSid: () => "Statement IDs (SID) in a single policy must be unique.",
  noVendor: () => "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.",
  vendor: (vendor: string) => `Vendor ${vendor} is not valid`,
  colons: () => "Actions/Condition can contain only one colon.",
  notAssumeRole: () => "AssumeRole policy may only specify STS AssumeRole actions.",
  noActions: () => "Policy statement must contain actions.",
  noResources: () => "Policy statement must contain resources.",
};

/** Where a problem is, and the detail in its message. */
interface Finding {
  readonly problem: Problem;
  readonly path: string;
  readonly detail: string;
}

/** The problems found so far in a document: of each at most as many as a report has. */
export type Report = Map<string, Finding[]>;

/** Adds a problem to a report. */
export function addProblem(report: Report, problem: Problem, path: string, detail = ""): void {
  const found = report.get(problem) ?? [];
  if (found.length < LIMITS.issues) found.push({ problem, path, detail });
  report.set(problem, found);
}

/** The issues of a report, in AWS's order. */
export function toIssues(report: Report): readonly Issue[] {
  return Object.entries(MESSAGES)
    .flatMap(([problem, message]) =>
      (report.get(problem) ?? []).map(({ detail, ...finding }) => ({
        code: "MalformedPolicyDocument" as const,
        ...finding,
        message: message(detail),
      })),
    )
    .slice(0, LIMITS.issues);
}
