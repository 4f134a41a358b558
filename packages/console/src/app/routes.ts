import { type ComponentType, lazy } from "react";

/** A page: its address below `/console/`, and its code, which loads when it is first opened. */
interface PageRoute {
  readonly path: string;
  readonly Page: ComponentType;
}

const page = (
  path: string,
  load: () => Promise<{ readonly default: ComponentType }>,
): PageRoute => ({ path, Page: lazy(load) });

/** Addresses are stable, since people link to them. */
export const routes: readonly PageRoute[] = [
  page("/", () => import("../pages/dashboard/dashboard-page.tsx")),
  page("users", () => import("../pages/users/users-page.tsx")),
  // Not below `users`, where a user may have any name.
  page("create-users", () => import("../pages/users/create-users-page.tsx")),
  page("users/:userName", () => import("../pages/user/user-page.tsx")),
  page("groups", () => import("../pages/groups/groups-page.tsx")),
  page("groups/:groupName", () => import("../pages/group/group-page.tsx")),
  page("roles", () => import("../pages/roles/roles-page.tsx")),
  page("create-role", () => import("../pages/create-role/create-role-page.tsx")),
  page("roles/:roleName", () => import("../pages/role/role-page.tsx")),
  page("policies", () => import("../pages/policies/policies-page.tsx")),
  page("create-policy", () => import("../pages/create-policy/create-policy-page.tsx")),
  page("policies/:arn", () => import("../pages/policy/policy-page.tsx")),
  page("edit-document", () => import("../pages/edit-document/edit-document-page.tsx")),
  page("simulator", () => import("../pages/simulator/simulator-page.tsx")),
  page("findings", () => import("../pages/findings/findings-page.tsx")),
  page("apis", () => import("../pages/apis/apis-page.tsx")),
  page("apis/:apiId/:stage", () => import("../pages/api/api-page.tsx")),
  page("decisions", () => import("../pages/decisions/decisions-page.tsx")),
  page("denied", () => import("../pages/denied/denied-page.tsx")),
  page("denied/:id", () => import("../pages/denied/denied-page.tsx")),
  page("activity", () => import("../pages/activity/activity-page.tsx")),
  page("who-can", () => import("../pages/who-can/who-can-page.tsx")),
  page("providers", () => import("../pages/providers/providers-page.tsx")),
  page("create-provider", () => import("../pages/create-provider/create-provider-page.tsx")),
  page("providers/:arn", () => import("../pages/provider/provider-page.tsx")),
  page("settings", () => import("../pages/settings/settings-page.tsx")),
  page("credential-report", () => import("../pages/credential-report/credential-report-page.tsx")),
  page(
    "security-credentials",
    () => import("../pages/security-credentials/security-credentials-page.tsx"),
  ),
  page("authorize", () => import("../pages/authorize/authorize-page.tsx")),
  page("organization", () => import("../pages/organization/organization-page.tsx")),
  page(
    "organization/policies/:policyId",
    () => import("../pages/service-control-policy/service-control-policy-page.tsx"),
  ),
  page(
    "create-service-control-policy",
    () => import("../pages/service-control-policy/create-service-control-policy-page.tsx"),
  ),
  page("switch-role", () => import("../pages/switch-role/switch-role-page.tsx")),
];
