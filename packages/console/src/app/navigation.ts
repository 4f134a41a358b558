import type { SideNavigationProps } from "@cloudscape-design/components/side-navigation";
import { BASE } from "./paths.ts";

const link = (text: string, path: string): SideNavigationProps.Link => ({
  type: "link",
  text,
  href: `${BASE}${path}`,
});

const section = (
  text: string,
  items: readonly SideNavigationProps.Link[],
): SideNavigationProps.SectionGroup => ({ type: "section-group", title: text, items });

/** The pages in the side navigation. */
export const navigation: readonly SideNavigationProps.Item[] = [
  link("Dashboard", "/"),
  section("Access management", [
    link("Users", "/users"),
    link("Groups", "/groups"),
    link("Roles", "/roles"),
    link("Policies", "/policies"),
    link("Identity providers", "/providers"),
    link("Account settings", "/settings"),
  ]),
  section("Installation", [link("Organization", "/organization"), link("APIs", "/apis")]),
  section("Access reports", [
    link("Findings", "/findings"),
    link("Who can", "/who-can"),
    link("Simulator", "/simulator"),
    link("Credential report", "/credential-report"),
  ]),
  section("Logs", [
    link("Why denied", "/denied"),
    link("Decisions", "/decisions"),
    link("Activity", "/activity"),
  ]),
];

/** The entry of an address: a page below `/users` belongs to Users. */
export function activeHref(pathname: string): string {
  const [, first = ""] = pathname.split("/");
  return `${BASE}/${PARENTS[first] ?? first}`;
}

/** First segments of pages that have no entry of their own, by the entry that they belong to. */
const PARENTS: Readonly<Record<string, string>> = {
  "create-users": "users",
  "create-role": "roles",
  "create-policy": "policies",
  "create-provider": "providers",
  "create-service-control-policy": "organization",
  "edit-document": "policies",
};
