import SpaceBetween from "@cloudscape-design/components/space-between";
import { loadPermissions } from "../../../permissions/permission-sources.ts";
import { useQuery } from "../../../ui/use-query.ts";
import { BoundaryPanel } from "./boundary-panel.tsx";
import { EffectivePanel } from "./effective-panel.tsx";
import { PoliciesPanel } from "./policies-panel.tsx";

/** A user's policies and boundary, and what they come to. */
export function PermissionsTab({ userName }: { readonly userName: string }) {
  const query = useQuery(() => loadPermissions(userName), [userName]);
  return (
    <SpaceBetween size="l">
      <PoliciesPanel userName={userName} query={query} />
      <BoundaryPanel userName={userName} query={query} />
      <EffectivePanel query={query} />
    </SpaceBetween>
  );
}
