/** The last roles that somebody switched to with this browser: names only, no credentials. */
export interface RecentRole {
  readonly displayName: string;
  /** The query of `/console/switch-role`. */
  readonly query: string;
}

const KEY = "portcullis.roles";
const MOST = 5;

export function recentRoles(): readonly RecentRole[] {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(KEY) ?? "[]");
    return Array.isArray(stored) ? stored.filter(isRecentRole).slice(0, MOST) : [];
  } catch (error) {
    if (error instanceof SyntaxError) return [];
    throw error;
  }
}

export function rememberRole(role: RecentRole): void {
  const others = recentRoles().filter(({ displayName }) => displayName !== role.displayName);
  localStorage.setItem(KEY, JSON.stringify([role, ...others].slice(0, MOST)));
}

const isRecentRole = (value: unknown): value is RecentRole =>
  typeof value === "object" &&
  value !== null &&
  "displayName" in value &&
  typeof value.displayName === "string" &&
  "query" in value &&
  typeof value.query === "string";
