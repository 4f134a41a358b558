import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useState } from "react";
import { accessReport } from "../../decisions/access-report.ts";
import { GeneratedPolicies } from "../../decisions/generated-policies.tsx";
import { principalOf } from "../../decisions/principal.ts";
import { Panel } from "../../ui/panel.tsx";
import { useQuery } from "../../ui/use-query.ts";
import { AccessTable } from "./access-table.tsx";
import { Incomplete } from "./incomplete.tsx";
import { PERIOD_DAYS, PeriodSelect, usePeriodDays } from "./period-select.tsx";

/** What an API that is only observed let through: by route and principal. */
export function ObservedTab() {
  const [days, setDays] = usePeriodDays();
  const [chosen, setChosen] = useState<string>();
  const query = useQuery(
    (abortSignal) => accessReport({ ObservedOnly: true, Days: days }, abortSignal),
    [days],
  );
  const entries = query.data?.Entries ?? [];
  const principals = [...new Set(entries.map(({ PrincipalArn }) => PrincipalArn))];
  const shown = principals.find((arn) => arn === chosen);
  return (
    <SpaceBetween size="l">
      <Panel
        title="What would have been denied"
        counter={query.data && `(${entries.length})`}
        description="Denials that were let through, because their API is only observed."
        query={query}
        actions={
          <SpaceBetween direction="horizontal" size="xs">
            <PeriodSelect days={days} onChange={setDays} />
            <Button iconName="refresh" ariaLabel="Reload" onClick={query.reload} />
          </SpaceBetween>
        }
        isEmpty={({ Entries }) => Entries.length === 0}
        empty={
          <>
            <Box variant="p">Nothing was let through in {PERIOD_DAYS[days] ?? `${days} days`}.</Box>
            <Box variant="p" color="text-body-secondary">
              An API is observed with <code>PORTCULLIS_OBSERVE=denials npm start</code>, deployed
              with <code>observe: true</code>.
            </Box>
          </>
        }
      >
        {({ Entries, IsComplete }) => (
          <SpaceBetween size="s">
            {!IsComplete && <Incomplete />}
            <AccessTable
              label="What would have been denied"
              entries={Entries}
              count={{ header: "Requests", of: ({ Observed }) => Observed }}
              hasPrincipal={true}
            />
          </SpaceBetween>
        )}
      </Panel>
      {principals.length > 0 && (
        <Alert type="info" header="The policies that would allow it">
          <Box variant="p">
            Attach them before you switch from observing to protecting. Choose a principal:
          </Box>
          <SpaceBetween direction="horizontal" size="xs">
            {principals.map((arn) => (
              <Button key={arn} onClick={() => setChosen(arn)}>
                Policy for {principalOf(arn).name}
              </Button>
            ))}
          </SpaceBetween>
        </Alert>
      )}
      {shown !== undefined && <PolicyPanel arn={shown} days={days} />}
    </SpaceBetween>
  );
}

function PolicyPanel({ arn, days }: { readonly arn: string; readonly days: number }) {
  const query = useQuery(
    (abortSignal) =>
      accessReport({ PrincipalArn: arn, ObservedOnly: true, Days: days }, abortSignal),
    [arn, days],
  );
  return (
    <Panel
      title={`Policy for ${principalOf(arn).name}`}
      description={<span className="break">{arn}</span>}
      query={query}
      isEmpty={({ PolicyDocuments = [] }) => PolicyDocuments.length === 0}
      empty="No policy can be generated."
    >
      {({ PolicyDocuments = [] }) => <GeneratedPolicies documents={PolicyDocuments} />}
    </Panel>
  );
}
