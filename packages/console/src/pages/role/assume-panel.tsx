import type { Role } from "@aws-sdk/client-iam";
import Box from "@cloudscape-design/components/box";
import SpaceBetween from "@cloudscape-design/components/space-between";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import Table from "@cloudscape-design/components/table";
import { rolePath, userPath } from "../../app/paths.ts";
import { nameOf } from "../../permissions/permission-choice.ts";
import { trustedBy, trustKeys } from "../../trust/trust-summary.ts";
import { Empty, Panel } from "../../ui/panel.tsx";
import { RouterLink } from "../../ui/router-link.tsx";
import { useQuery } from "../../ui/use-query.ts";

/** Who may assume the role: the engine's answer for the account's own principals. */
export function AssumePanel({ role }: { readonly role: Role }) {
  const { Arn = "", AssumeRolePolicyDocument } = role;
  const account = Arn.split(":")[4] ?? "";
  const query = useQuery(
    async (abortSignal) => (await import("./who-may-assume.ts")).whoMayAssume(Arn, abortSignal),
    [Arn, AssumeRolePolicyDocument],
  );
  const keys = trustKeys(AssumeRolePolicyDocument);
  // The account's digits can be in another account's names.
  const outside = trustedBy(AssumeRolePolicyDocument).filter(
    (name) => name !== `Account ${account}` && !name.endsWith(` in ${account}`),
  );
  return (
    <Panel
      title="Who may assume it"
      counter={query.data && `(${query.data.principals.length})`}
      description="Users and roles of this account, by the trust policy and their own policies together."
      query={query}
    >
      {({ principals, looked, leftOut }) => (
        <SpaceBetween size="s">
          <Table
            variant="embedded"
            items={principals}
            trackBy="principal"
            wrapLines={true}
            ariaLabels={{ tableLabel: "Who may assume it" }}
            empty={<Empty>No user or role of this account may assume it.</Empty>}
            columnDefinitions={[
              {
                id: "principal",
                header: "Principal",
                isRowHeader: true,
                cell: ({ principal, principalType }) => (
                  <RouterLink
                    to={
                      principalType === "User"
                        ? userPath(nameOf(principal))
                        : rolePath(nameOf(principal))
                    }
                  >
                    <span className="break">{nameOf(principal)}</span>
                  </RouterLink>
                ),
              },
              { id: "type", header: "Type", cell: ({ principalType }) => principalType },
              {
                id: "access",
                header: "May assume",
                cell: ({ access, conditionKeys }) =>
                  access === "allowed" ? (
                    <StatusIndicator type="success">Yes</StatusIndicator>
                  ) : (
                    <StatusIndicator type="warning">
                      Depends on{" "}
                      {[...new Set([...keys, ...conditionKeys])].join(", ") || "the request"}
                    </StatusIndicator>
                  ),
              },
            ]}
          />
          {outside.length > 0 && (
            <Box>
              <strong>Also trusted, from outside:</strong>{" "}
              <span className="break">{outside.join(", ")}</span>
            </Box>
          )}
          <Box variant="small">
            {`Of ${leftOut.length === 0 ? "all " : ""}${looked.toLocaleString("en")} users and roles.`}{" "}
            {leftOut.map((sentence) => `${sentence} `)}
            Service control policies of the organization can deny more.
          </Box>
        </SpaceBetween>
      )}
    </Panel>
  );
}
