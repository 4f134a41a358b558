import { note, type Report } from "./malformed.ts";

const VENDOR = /^[A-Za-z0-9.-]+$/;

/** `vendor:Name`, with wildcards in the name only; or `*`. */
export function checkAction(pattern: string, path: string, report: Report): void {
  if (pattern === "*" || pattern === "*:*") return;
  const parts = pattern.split(":");
  const [vendor = ""] = parts;
  if (parts.length === 1) note(report, "noVendor", path);
  else if (parts.length > 2) note(report, "colons", path);
  else if (!VENDOR.test(vendor)) note(report, "vendor", path, vendor);
}

const ASSUME_ROLE = new Set([
  "assumerole",
  "assumerolewithsaml",
  "assumerolewithwebidentity",
  "tagsession",
  "setsourceidentity",
  "setcontext",
]);

/** What a trust policy may speak of: the ways to assume the role, and what a caller may hand over with it. */
export function checkAssumeRoleAction(pattern: string, path: string, report: Report): void {
  const [vendor, name = ""] = pattern.toLowerCase().split(":");
  if (vendor === "sts" && (/[*?]/.test(name) || ASSUME_ROLE.has(name))) return;
  note(report, "notAssumeRole", path);
}
