import Button from "@cloudscape-design/components/button";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Table from "@cloudscape-design/components/table";
import TextFilter from "@cloudscape-design/components/text-filter";
import { useState } from "react";
import { BASE, providerPath } from "../../app/paths.ts";
import { Expiry } from "../../trust/expiry.tsx";
import { oidcProviders, type Provider, samlProviders } from "../../trust/providers.ts";
import { Failure } from "../../ui/failure.tsx";
import { Page } from "../../ui/page.tsx";
import { Empty } from "../../ui/panel.tsx";
import { RouterLink, useFollow } from "../../ui/router-link.tsx";
import { useQuery } from "../../ui/use-query.ts";
import { DeleteProviderDialog } from "../provider/delete-provider-dialog.tsx";

/** OIDC and SAML providers; quotas keep both lists short. */
export default function ProvidersPage() {
  const follow = useFollow();
  const oidc = useQuery(oidcProviders, []);
  const saml = useQuery(samlProviders, []);
  const [text, setText] = useState("");
  const [selected, setSelected] = useState<readonly Provider[]>([]);
  const [isDeleting, setDeleting] = useState(false);
  const all = [...(oidc.data ?? []), ...(saml.data ?? [])];
  const shown = all.filter(({ name }) => name.toLowerCase().includes(text.trim().toLowerCase()));
  const isLoading = oidc.isLoading || saml.isLoading;
  const failures = [oidc, saml].filter(({ failure }) => failure !== undefined);
  const [first] = selected;
  const create = (
    <Button href={`${BASE}/create-provider`} onFollow={follow}>
      Create provider
    </Button>
  );
  return (
    <Page title="Identity providers" hasHeader={false}>
      {failures.map(
        ({ failure, reload }) =>
          failure !== undefined && (
            <Failure key={failure.action ?? failure.message} failure={failure} onRetry={reload} />
          ),
      )}
      <Table
        items={shown}
        trackBy="arn"
        wrapLines={true}
        loading={isLoading && all.length === 0}
        loadingText="Loading providers"
        selectionType="single"
        selectedItems={selected}
        onSelectionChange={({ detail }) => setSelected(detail.selectedItems)}
        ariaLabels={{
          tableLabel: "Identity providers",
          selectionGroupLabel: "Select a provider",
          itemSelectionLabel: (_, { name }) => `Select ${name}`,
        }}
        header={
          <Header
            variant="h1"
            counter={isLoading ? "" : `(${all.length})`}
            description="People and programs that an identity provider knows can assume roles, without users here."
            actions={
              <SpaceBetween direction="horizontal" size="xs">
                <Button disabled={first === undefined} onClick={() => setDeleting(true)}>
                  Delete
                </Button>
                <Button variant="primary" href={`${BASE}/create-provider`} onFollow={follow}>
                  Create provider
                </Button>
              </SpaceBetween>
            }
          >
            Identity providers
          </Header>
        }
        filter={
          all.length > 0 && (
            <TextFilter
              filteringText={text}
              filteringPlaceholder="Find providers"
              filteringAriaLabel="Find providers"
              filteringClearAriaLabel="Clear"
              onChange={({ detail }) => setText(detail.filteringText)}
            />
          )
        }
        empty={
          <Empty>
            {all.length > 0 ? (
              "No match."
            ) : failures.length > 0 ? (
              "Not all providers can be listed."
            ) : (
              <SpaceBetween size="xs">
                <span>This account has no identity providers.</span>
                {create}
              </SpaceBetween>
            )}
          </Empty>
        }
        columnDefinitions={[
          {
            id: "name",
            header: "Provider",
            isRowHeader: true,
            minWidth: 180,
            cell: ({ arn, name }) => (
              <RouterLink to={providerPath(arn)}>
                <span className="break">{name}</span>
              </RouterLink>
            ),
          },
          { id: "type", header: "Type", cell: ({ type }) => type },
          {
            id: "expiry",
            header: "Metadata expires",
            minWidth: 150,
            cell: ({ type, validUntil }) =>
              type === "OIDC" ? "–" : <Expiry moment={validUntil} />,
          },
        ]}
      />
      {isDeleting && first !== undefined && (
        <DeleteProviderDialog
          arn={first.arn}
          onClose={() => setDeleting(false)}
          onDone={async () => {
            setSelected([]);
            await Promise.all([oidc.reload(), saml.reload()]);
          }}
        />
      )}
    </Page>
  );
}
