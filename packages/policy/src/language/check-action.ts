import { addProblem, type Report } from "./problem.ts";

const VENDOR = /^[A-Za-z0-9.-]+$/;

/** Reports what is not `vendor:Name` (wildcards in the name only) or `*`. */
export function checkAction(pattern: string, path: string, report: Report): void {
  if (pattern === "*" || pattern === "*:*") return;
  const parts = pattern.split(":");
  const [vendor = ""] = parts;
  if (parts.length === 1) addProblem(report, "noVendor", path);
  else if (parts.length > 2) addProblem(report, "colons", path);
  else if (!VENDOR.test(vendor)) addProblem(report, "vendor", path, vendor);
}

const ASSUME_ROLE = new Set([
  "assumerole",
  "assumerolewithsaml",
  "assumerolewithwebidentity",
  "tagsession",
  "setsourceidentity",
  "setcontext",
]);

/** Reports what is no action of a trust policy. */
export function checkAssumeRoleAction(pattern: string, path: string, report: Report): void {
  if (!isAssumeRoleAction(pattern)) addProblem(report, "notAssumeRole", path);
}

/** A trust policy has only actions that assume the role, or pass something to its session. */
export function isAssumeRoleAction(pattern: string): boolean {
  const [vendor, name = ""] = pattern.toLowerCase().split(":");
  return vendor === "sts" && (/[*?]/.test(name) || ASSUME_ROLE.has(name));
}
