import { matchesWildcard } from "../match/wildcard.ts";
import type { Problem } from "../model/issue.ts";
import { addProblem, IAM_PATHS, type Report } from "./problem.ts";

/** The partitions that a resource's ARN may have. */
export const PARTITIONS: readonly string[] = [
  "aws",
  "aws-cn",
  "aws-us-gov",
  "aws-iso",
  "aws-iso-b",
];

/** Reports what is not `*` or an ARN with a known partition and a service without wildcards. */
export function checkResource(pattern: string, path: string, report: Report): void {
  const wrong = problemOf(pattern);
  if (wrong !== undefined) addProblem(report, wrong.problem, path, wrong.detail);
}

function problemOf(
  pattern: string,
): { readonly problem: Problem; readonly detail?: string } | undefined {
  if (pattern === "*") return undefined;
  const parts = pattern.split(":");
  const [scheme, partition = "", service = "", region = ""] = parts;
  if (parts.length === 1) return { problem: "notArn", detail: pattern };
  if (!PARTITIONS.some((known) => matchesWildcard(partition, known))) {
    const filled = ["arn", ...parts.slice(1), "*", "*", "*", "*"].slice(
      0,
      Math.max(6, parts.length),
    );
    return {
      problem: "partition",
      detail: `"${partition}" is not valid for resource "${filled.join(":")}".`,
    };
  }
  if (scheme !== "arn") return { problem: "notArn", detail: pattern };
  if (parts.length < 3 || /[*?]/.test(service)) return { problem: "resourceVendor" };
  // Too few parts, and some of them empty.
  if (service === "" || (parts.length < 6 && pattern.includes("::"))) return { problem: "legacy" };
  if (service !== "iam" || parts.length < 6) return undefined;
  if (region !== "" && region !== "*") return { problem: "iamRegion", detail: pattern };
  const resource = parts.slice(5).join(":");
  // `root`, the resource of sts:AssumeRoot, is newer than AWS's message.
  const known =
    resource === "root" ||
    resource.startsWith("*") ||
    IAM_PATHS.some((path) => resource.startsWith(path));
  return known ? undefined : { problem: "iamPath" };
}
