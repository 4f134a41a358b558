import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import FormField from "@cloudscape-design/components/form-field";
import Input from "@cloudscape-design/components/input";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useState } from "react";
import { useSearchParams } from "react-router";
import { accessReport } from "../../decisions/access-report.ts";
import { GeneratedPolicies } from "../../decisions/generated-policies.tsx";
import { principalOf, typedPrincipal } from "../../decisions/principal.ts";
import { resolvePrincipal } from "../../decisions/resolve-principal.ts";
import { activeAccount } from "../../session/session.ts";
import { useSession } from "../../session/session-store.ts";
import { Panel } from "../../ui/panel.tsx";
import { useQuery } from "../../ui/use-query.ts";
import { AccessTable } from "./access-table.tsx";
import { Incomplete } from "./incomplete.tsx";
import { PERIOD_DAYS, PeriodSelect, usePeriodDays } from "./period-select.tsx";
import "../../list/filter-form.css";

/** The least policy for what one principal did: `?tab=use&of=user/ana&days=30`. */
export function UseTab() {
  const [params, setParams] = useSearchParams();
  const session = useSession();
  const account = session === undefined ? "" : activeAccount(session);
  const of = params.get("of") ?? "";
  const [typed, setTyped] = useState(of);
  const [days, setDays] = usePeriodDays();
  return (
    <SpaceBetween size="l">
      <form
        aria-label="Whom the policy is for"
        className="filter-form"
        onSubmit={(event) => {
          event.preventDefault();
          const changed = new URLSearchParams(params);
          changed.set("of", typed.trim());
          setParams(changed);
        }}
      >
        <FormField label="Principal">
          <Input
            value={typed}
            placeholder="user/ana, role/shop, or an ARN"
            spellcheck={false}
            onChange={({ detail }) => setTyped(detail.value)}
          />
        </FormField>
        <FormField label="Time">
          <PeriodSelect days={days} onChange={setDays} />
        </FormField>
        <div className="filter-form-buttons">
          <Button variant="primary" disabled={typed.trim() === ""}>
            Generate
          </Button>
        </div>
      </form>
      {of === "" ? (
        <Box color="text-body-secondary">
          The policy allows what the principal did in the chosen time, and nothing else. Parts of a
          resource that varied become *.
        </Box>
      ) : (
        <Report of={of} account={account} days={days} />
      )}
    </SpaceBetween>
  );
}

function Report({
  of,
  account,
  days,
}: {
  readonly of: string;
  readonly account: string;
  readonly days: number;
}) {
  const query = useQuery(
    async (abortSignal) => {
      const PrincipalArn = await resolvePrincipal(of, account, abortSignal);
      return accessReport({ PrincipalArn, Days: days }, abortSignal);
    },
    [of, account, days],
  );
  const { name } = principalOf(typedPrincipal(of, account));
  const empty = `${name} did nothing in ${PERIOD_DAYS[days]} that was counted.`;
  return (
    <SpaceBetween size="l">
      <Panel
        title={`Policy from what ${name} did`}
        query={query}
        isEmpty={({ PolicyDocuments = [] }) => PolicyDocuments.length === 0}
        empty={empty}
      >
        {({ PolicyDocuments = [] }) => <GeneratedPolicies documents={PolicyDocuments} />}
      </Panel>
      {(query.data?.Entries.length ?? 0) > 0 && (
        <Panel title="What it is generated from" query={query}>
          {({ Entries, IsComplete }) => (
            <SpaceBetween size="s">
              {!IsComplete && <Incomplete />}
              <AccessTable
                label="What it is generated from"
                entries={Entries}
                count={{
                  header: "Requests",
                  of: ({ Allowed, Observed }) => Allowed + Observed,
                }}
                hasPrincipal={false}
              />
            </SpaceBetween>
          )}
        </Panel>
      )}
    </SpaceBetween>
  );
}
