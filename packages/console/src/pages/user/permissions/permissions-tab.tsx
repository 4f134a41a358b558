import SpaceBetween from "@cloudscape-design/components/space-between";
import { BoundaryPanel } from "../../../permissions/boundary-panel.tsx";
import { loadPermissions } from "../../../permissions/permission-sources.ts";
import { useQuery } from "../../../ui/use-query.ts";
import { EffectivePanel } from "./effective-panel.tsx";
import { PoliciesPanel } from "./policies-panel.tsx";

/** A user's policies and boundary, and what they come to. */
export function PermissionsTab({ userName }: { readonly userName: string }) {
  const query = useQuery(() => loadPermissions(userName), [userName]);
  return (
    <SpaceBetween size="l">
      <PoliciesPanel userName={userName} query={query} />
      <BoundaryPanel
        kind="user"
        name={userName}
        query={query}
        boundaryOf={({ boundary }) => boundary?.arn}
        isKnown={({ isBoundaryKnown }) => isBoundaryKnown}
      />
      <EffectivePanel query={query} />
    </SpaceBetween>
  );
}
