import {
  DeregisterDelegatedAdministratorCommand,
  ListDelegatedAdministratorsCommand,
  ListDelegatedServicesForAccountCommand,
  RegisterDelegatedAdministratorCommand,
} from "@aws-sdk/client-organizations";
import Button from "@cloudscape-design/components/button";
import FormField from "@cloudscape-design/components/form-field";
import Input from "@cloudscape-design/components/input";
import Select from "@cloudscape-design/components/select";
import Table from "@cloudscape-design/components/table";
import { useState } from "react";
import { organizations } from "../../../api/clients.ts";
import { forEachLimited } from "../../../api/concurrency.ts";
import { organizationPath } from "../../../app/paths.ts";
import { collectPages, ORGANIZATIONS_PAGE } from "../../../organization/collect-pages.ts";
import { Panel } from "../../../ui/panel.tsx";
import { RouterLink } from "../../../ui/router-link.tsx";
import { Ago } from "../../../ui/time.tsx";
import { useQuery } from "../../../ui/use-query.ts";
import { WriteDialog } from "../../../writes/write-dialog.tsx";

/** An account that administers a service for the organization. */
interface Delegation {
  readonly account: string;
  readonly name: string;
  readonly service: string;
  readonly since: Date | undefined;
}

async function loadDelegations(abortSignal: AbortSignal): Promise<readonly Delegation[]> {
  const { items } = await collectPages(async (NextToken) => {
    const answer = await organizations(
      new ListDelegatedAdministratorsCommand({ NextToken, MaxResults: ORGANIZATIONS_PAGE }),
      { abortSignal },
    );
    return { items: answer.DelegatedAdministrators ?? [], next: answer.NextToken };
  });
  const found: Delegation[] = [];
  await forEachLimited(items, abortSignal, async ({ Id = "", Name = "" }) => {
    const { items: services } = await collectPages(async (NextToken) => {
      const command = new ListDelegatedServicesForAccountCommand({ AccountId: Id, NextToken });
      const answer = await organizations(command, { abortSignal });
      return { items: answer.DelegatedServices ?? [], next: answer.NextToken };
    });
    for (const { ServicePrincipal = "", DelegationEnabledDate } of services)
      found.push({
        account: Id,
        name: Name,
        service: ServicePrincipal,
        since: DelegationEnabledDate,
      });
  });
  return found.sort(
    (one, other) =>
      one.service.localeCompare(other.service, "en") || one.account.localeCompare(other.account),
  );
}

/** Delegated administrators: registered and deregistered for one service each. */
export function AdministratorsPanel({ services }: { readonly services: readonly string[] }) {
  const [dialog, setDialog] = useState<"register" | Delegation>();
  const query = useQuery(loadDelegations, []);
  const close = () => setDialog(undefined);
  return (
    <>
      <Panel
        title="Delegated administrators"
        counter={query.data && `(${query.data.length})`}
        description="Member accounts that administer a trusted service, and may read the organization."
        query={query}
        actions={
          <Button disabled={services.length === 0} onClick={() => setDialog("register")}>
            Register administrator
          </Button>
        }
        isEmpty={({ length }) => length === 0}
        empty={
          services.length === 0
            ? "None. Trust a service first."
            : "No account administers a service for the organization."
        }
      >
        {(items) => <DelegationsTable items={items} onDeregister={setDialog} />}
      </Panel>
      {dialog === "register" && (
        <RegisterDialog services={services} onDone={query.reload} onClose={close} />
      )}
      {typeof dialog === "object" && (
        <WriteDialog
          title={`Deregister ${dialog.name} for ${dialog.service}?`}
          confirm="Deregister"
          writes={[
            {
              label: `Deregister ${dialog.account} for ${dialog.service}`,
              command: new DeregisterDelegatedAdministratorCommand({
                AccountId: dialog.account,
                ServicePrincipal: dialog.service,
              }),
              doneWhen: ["AccountNotRegistered"],
            },
          ]}
          done={`Deregistered ${dialog.name}.`}
          onDone={query.reload}
          onClose={close}
        >
          It can&apos;t administer the service any more. If it administers no other, it can&apos;t
          read the organization either.
        </WriteDialog>
      )}
    </>
  );
}

function DelegationsTable({
  items,
  onDeregister,
}: {
  readonly items: readonly Delegation[];
  readonly onDeregister: (delegation: Delegation) => void;
}) {
  return (
    <Table
      variant="embedded"
      items={items}
      trackBy={({ account, service }) => `${account} ${service}`}
      wrapLines={true}
      ariaLabels={{ tableLabel: "Delegated administrators" }}
      columnDefinitions={[
        {
          id: "account",
          header: "Account",
          isRowHeader: true,
          minWidth: 160,
          cell: ({ account, name }) => (
            <RouterLink to={organizationPath(account)}>
              <bdi className="break">{name}</bdi> ({account})
            </RouterLink>
          ),
        },
        {
          id: "service",
          header: "Service",
          minWidth: 180,
          cell: ({ service }) => <span className="break">{service}</span>,
        },
        { id: "since", header: "Since", cell: ({ since }) => <Ago moment={since} /> },
        {
          id: "action",
          header: "Action",
          cell: (delegation) => (
            <Button
              variant="inline-link"
              ariaLabel={`Deregister ${delegation.account} for ${delegation.service}`}
              onClick={() => onDeregister(delegation)}
            >
              Deregister
            </Button>
          ),
        },
      ]}
    />
  );
}

function RegisterDialog({
  services,
  onDone,
  onClose,
}: {
  readonly services: readonly string[];
  readonly onDone: () => Promise<void>;
  readonly onClose: () => void;
}) {
  const [account, setAccount] = useState("");
  const [service, setService] = useState(services[0] ?? "");
  const [isSubmitted, setSubmitted] = useState(false);
  const problem = /^\d{12}$/.test(account) ? undefined : "An account ID has 12 digits.";
  const options = services.map((value) => ({ value }));
  return (
    <WriteDialog
      title="Register a delegated administrator"
      confirm="Register"
      writes={[
        {
          label: `Register ${account} for ${service}`,
          command: new RegisterDelegatedAdministratorCommand({
            AccountId: account,
            ServicePrincipal: service,
          }),
          doneWhen: ["AccountAlreadyRegistered"],
        },
      ]}
      problem={() => {
        setSubmitted(true);
        return problem;
      }}
      done={`Registered ${account} for ${service}.`}
      onDone={onDone}
      onClose={onClose}
    >
      <FormField label="Account ID" errorText={isSubmitted && problem}>
        <Input
          value={account}
          inputMode="numeric"
          autoFocus={true}
          onChange={({ detail }) => setAccount(detail.value.trim())}
        />
      </FormField>
      <FormField label="Service">
        <Select
          selectedOption={options.find(({ value }) => value === service) ?? null}
          options={options}
          onChange={({ detail }) => setService(detail.selectedOption.value ?? "")}
        />
      </FormField>
    </WriteDialog>
  );
}
