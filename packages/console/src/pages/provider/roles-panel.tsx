import { ListRolesCommand } from "@aws-sdk/client-iam";
import Box from "@cloudscape-design/components/box";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { iam } from "../../api/clients.ts";
import { rolePath } from "../../app/paths.ts";
import { trustsProvider } from "../../trust/trust-summary.ts";
import { Panel } from "../../ui/panel.tsx";
import { RouterLink } from "../../ui/router-link.tsx";
import { useQuery } from "../../ui/use-query.ts";

/** Trust policies come with the list of roles, 1,000 a call. */
const MOST_CALLS = 10;

/** The roles whose trust policies name the provider. */
export function RolesPanel({ arn }: { readonly arn: string }) {
  const query = useQuery(
    async (abortSignal) => {
      const names: string[] = [];
      let Marker: string | undefined;
      let looked = 0;
      for (let call = 0; call < MOST_CALLS; call++) {
        const command = new ListRolesCommand({ MaxItems: 1000, Marker });
        const answer = await iam(command, { abortSignal });
        const roles = answer.Roles ?? [];
        looked += roles.length;
        for (const { RoleName = "", AssumeRolePolicyDocument } of roles)
          if (trustsProvider(AssumeRolePolicyDocument, arn)) names.push(RoleName);
        Marker = answer.Marker;
        if (Marker === undefined) break;
      }
      return { names, looked, isPartial: Marker !== undefined };
    },
    [arn],
  );
  return (
    <Panel
      title="Roles that trust it"
      counter={query.data && `(${query.data.names.length})`}
      query={query}
      isEmpty={({ names, isPartial }) => names.length === 0 && !isPartial}
      empty="No role trusts this provider, so its users have no permissions."
    >
      {({ names, looked, isPartial }) => (
        <SpaceBetween size="xs">
          <ul className="plain-list">
            {names.map((name) => (
              <li key={name}>
                <RouterLink to={rolePath(name)}>
                  <span className="break">{name}</span>
                </RouterLink>
              </li>
            ))}
          </ul>
          {isPartial && (
            <Box variant="small">
              Of the first {looked.toLocaleString("en")} roles; the account has more.
            </Box>
          )}
        </SpaceBetween>
      )}
    </Panel>
  );
}
