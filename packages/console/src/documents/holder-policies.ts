import { allPages } from "../api/all-pages.ts";
import type { HolderKind } from "./addresses.ts";
import { HOLDERS } from "./holders.ts";

/** ARNs of the managed policies that are attached to a user, group or role. */
export const attachedPolicies = (kind: HolderKind, name: string): Promise<readonly string[]> =>
  allPages(async (marker) => {
    const { AttachedPolicies, Marker } = await HOLDERS[kind].attached(name, marker);
    return { items: AttachedPolicies?.map(({ PolicyArn = "" }) => PolicyArn), marker: Marker };
  });

/** Names of the inline policies of a user, group or role. */
export const inlinePolicies = (kind: HolderKind, name: string): Promise<readonly string[]> =>
  allPages(async (marker) => {
    const { PolicyNames, Marker } = await HOLDERS[kind].inline(name, marker);
    return { items: PolicyNames, marker: Marker };
  });
