import {
  DisableAWSServiceAccessCommand,
  EnableAWSServiceAccessCommand,
  type EnabledServicePrincipal,
  ListAWSServiceAccessForOrganizationCommand,
} from "@aws-sdk/client-organizations";
import Autosuggest from "@cloudscape-design/components/autosuggest";
import Button from "@cloudscape-design/components/button";
import FormField from "@cloudscape-design/components/form-field";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Table from "@cloudscape-design/components/table";
import { useState } from "react";
import { organizations } from "../../../api/clients.ts";
import { collectPages, ORGANIZATIONS_PAGE } from "../../../organization/collect-pages.ts";
import { Panel } from "../../../ui/panel.tsx";
import { Ago } from "../../../ui/time.tsx";
import { useQuery } from "../../../ui/use-query.ts";
import { WriteDialog } from "../../../writes/write-dialog.tsx";
import { AdministratorsPanel } from "./administrators-panel.tsx";

/** Services that the installation itself looks at, with what their trust is for. */
const KNOWN = [
  { value: "iam.amazonaws.com", description: "Root users of member accounts, from here" },
  { value: "access-analyzer.amazonaws.com", description: "Findings" },
  { value: "account.amazonaws.com", description: "Names of accounts" },
];

/** Trusted services, and the accounts that administer them. */
export function TrustTab() {
  const [dialog, setDialog] = useState<"enable" | { readonly disable: string }>();
  const query = useQuery(async (abortSignal) => {
    const { items } = await collectPages(async (NextToken) => {
      const answer = await organizations(
        new ListAWSServiceAccessForOrganizationCommand({
          NextToken,
          MaxResults: ORGANIZATIONS_PAGE,
        }),
        { abortSignal },
      );
      return { items: answer.EnabledServicePrincipals ?? [], next: answer.NextToken };
    });
    return items;
  }, []);
  const services = (query.data ?? []).flatMap(({ ServicePrincipal }) => ServicePrincipal ?? []);
  const close = () => setDialog(undefined);
  return (
    <SpaceBetween size="l">
      <Panel
        title="Trusted services"
        counter={query.data && `(${query.data.length})`}
        description="Services that may act in the accounts of the organization."
        query={query}
        actions={<Button onClick={() => setDialog("enable")}>Trust a service</Button>}
        isEmpty={({ length }) => length === 0}
        empty="The organization trusts no service."
      >
        {(items) => <ServicesTable items={items} onDisable={(disable) => setDialog({ disable })} />}
      </Panel>
      <AdministratorsPanel services={services} />
      {dialog === "enable" && (
        <EnableDialog enabled={services} onDone={query.reload} onClose={close} />
      )}
      {typeof dialog === "object" && (
        <WriteDialog
          title={`Stop trusting ${dialog.disable}?`}
          confirm="Stop trusting"
          writes={[
            {
              label: `Stop trusting ${dialog.disable}`,
              command: new DisableAWSServiceAccessCommand({ ServicePrincipal: dialog.disable }),
            },
          ]}
          done={`${dialog.disable} is not trusted any more.`}
          onDone={query.reload}
          onClose={close}
        >
          The service can&apos;t act in member accounts any more. Delegated administrators of it
          must be deregistered first.
        </WriteDialog>
      )}
    </SpaceBetween>
  );
}

function ServicesTable({
  items,
  onDisable,
}: {
  readonly items: readonly EnabledServicePrincipal[];
  readonly onDisable: (service: string) => void;
}) {
  return (
    <Table
      variant="embedded"
      items={items}
      trackBy="ServicePrincipal"
      wrapLines={true}
      ariaLabels={{ tableLabel: "Trusted services" }}
      columnDefinitions={[
        {
          id: "service",
          header: "Service",
          isRowHeader: true,
          minWidth: 180,
          cell: ({ ServicePrincipal }) => <span className="break">{ServicePrincipal}</span>,
        },
        {
          id: "since",
          header: "Trusted since",
          cell: ({ DateEnabled }) => <Ago moment={DateEnabled} />,
        },
        {
          id: "action",
          header: "Action",
          cell: ({ ServicePrincipal = "" }) => (
            <Button
              variant="inline-link"
              ariaLabel={`Stop trusting ${ServicePrincipal}`}
              onClick={() => onDisable(ServicePrincipal)}
            >
              Stop trusting
            </Button>
          ),
        },
      ]}
    />
  );
}

function EnableDialog({
  enabled,
  onDone,
  onClose,
}: {
  readonly enabled: readonly string[];
  readonly onDone: () => Promise<void>;
  readonly onClose: () => void;
}) {
  const [service, setService] = useState("");
  const [isSubmitted, setSubmitted] = useState(false);
  const problem = /^[\w+=,.@-]{1,128}$/.test(service)
    ? undefined
    : "Enter a service principal, such as iam.amazonaws.com.";
  return (
    <WriteDialog
      title="Trust a service"
      confirm="Trust service"
      writes={[
        {
          label: `Trust ${service}`,
          command: new EnableAWSServiceAccessCommand({ ServicePrincipal: service }),
        },
      ]}
      problem={() => {
        setSubmitted(true);
        return problem;
      }}
      done={`${service} is trusted.`}
      onDone={onDone}
      onClose={onClose}
    >
      <FormField label="Service principal" errorText={isSubmitted && problem}>
        <Autosuggest
          value={service}
          options={KNOWN.filter(({ value }) => !enabled.includes(value))}
          enteredTextLabel={(value) => `Use ${value}`}
          placeholder="iam.amazonaws.com"
          onChange={({ detail }) => setService(detail.value.trim())}
        />
      </FormField>
    </WriteDialog>
  );
}
