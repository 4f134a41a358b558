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
  page("settings", () => import("../pages/settings/settings-page.tsx")),
  page("credential-report", () => import("../pages/credential-report/credential-report-page.tsx")),
  page(
    "security-credentials",
    () => import("../pages/security-credentials/security-credentials-page.tsx"),
  ),
  page("switch-role", () => import("../pages/switch-role/switch-role-page.tsx")),
];
