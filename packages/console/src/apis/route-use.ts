import { portcullis } from "../api/clients.ts";
import { portcullisCommand } from "../api/portcullis-command.ts";
import type { ProtectedRoute } from "./catalog.ts";

/** How far back the counts of use go. */
export const USE_DAYS = 90;

export interface Use {
  readonly calls: number;
  readonly last: Date;
}

/** What the account's principals used, by route and by action. */
export interface KnownUses {
  readonly byRoute: ReadonlyMap<string, Use>;
  /** False: the account has more than one report holds. */
  readonly isComplete: boolean;
}

const keyOf = (action: string, route: string | undefined): string => `${action} ${route ?? ""}`;

export async function loadUses(abortSignal: AbortSignal): Promise<KnownUses> {
  const command = portcullisCommand("getAccessReport", { Days: USE_DAYS });
  const { Entries, IsComplete } = await portcullis(command, { abortSignal });
  const byRoute = new Map<string, Use>();
  for (const { Action, Route, Allowed, Observed, LastTime } of Entries) {
    const key = keyOf(Action, Route);
    const before = byRoute.get(key);
    byRoute.set(key, {
      calls: (before?.calls ?? 0) + Allowed + Observed,
      last: before !== undefined && before.last > LastTime ? before.last : LastTime,
    });
  }
  return { byRoute, isComplete: IsComplete };
}

export const routeUse = ({ byRoute }: KnownUses, { Action, RouteKey }: ProtectedRoute) =>
  byRoute.get(keyOf(Action, RouteKey));
