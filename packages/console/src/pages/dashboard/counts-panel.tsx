import Box from "@cloudscape-design/components/box";
import KeyValuePairs from "@cloudscape-design/components/key-value-pairs";
import { Panel } from "../../ui/panel.tsx";
import { RouterLink } from "../../ui/router-link.tsx";
import type { Query } from "../../ui/use-query.ts";

export type Summary = Readonly<Record<string, number>>;

const COUNTED = [
  { name: "Users", label: "Users", to: "/users" },
  { name: "Groups", label: "Groups", to: "/groups" },
  { name: "Roles", label: "Roles", to: "/roles" },
  { name: "Policies", label: "Policies", to: "/policies" },
  { name: "Providers", label: "Identity providers", to: "/providers" },
] as const;

/** What stands for "no limit" in an answer that must hold a number. */
const UNLIMITED = 2_147_483_647;

export function CountsPanel({ summary }: { readonly summary: Query<Summary> }) {
  return (
    <Panel
      title="IAM resources"
      description="What this account holds, and how much it may hold."
      query={summary}
    >
      {(map) => (
        <KeyValuePairs
          columns={4}
          minColumnWidth={120}
          items={COUNTED.map(({ name, label, to }) => ({
            label,
            value: (
              <>
                <RouterLink to={to} fontSize="heading-l">
                  {(map[name] ?? 0).toLocaleString("en")}
                </RouterLink>
                <Box fontSize="body-s" color="text-body-secondary">
                  {quotaText(map[`${name}Quota`])}
                </Box>
              </>
            ),
          }))}
        />
      )}
    </Panel>
  );
}

function quotaText(quota: number | undefined): string {
  if (quota === undefined) return "";
  return quota === UNLIMITED ? "No limit" : `of ${quota.toLocaleString("en")}`;
}
