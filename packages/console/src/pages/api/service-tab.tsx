import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Table, { type TableProps } from "@cloudscape-design/components/table";
import type { Catalog } from "../../apis/catalog.ts";
import { Empty } from "../../ui/panel.tsx";

type Service = Catalog["Services"][number];

/** What the service offers to policies: actions, resources and condition keys. */
export function ServiceTab({ service }: { readonly service: Service }) {
  const { Name, Actions = [], Resources = [], ConditionKeys = [] } = service;
  return (
    <SpaceBetween size="l">
      <Part
        title="Actions"
        items={Actions}
        empty="The service has no actions."
        columns={[
          {
            id: "name",
            header: "Action",
            isRowHeader: true,
            minWidth: 180,
            cell: (action) => <span className="break">{`${Name}:${action.Name}`}</span>,
          },
          {
            id: "level",
            header: "Access level",
            minWidth: 110,
            cell: ({ Annotations }) => levelOf(Annotations?.Properties),
          },
          {
            id: "resources",
            header: "Resources",
            minWidth: 140,
            cell: (action) => (
              <span className="break">
                {(action.Resources ?? []).map((one) => one.Name).join(", ") || "*"}
              </span>
            ),
          },
          {
            id: "keys",
            header: "Condition keys",
            minWidth: 180,
            cell: ({ ActionConditionKeys = [] }) => (
              <span className="break">{ActionConditionKeys.join(", ") || "–"}</span>
            ),
          },
        ]}
      />
      <Part
        title="Resources"
        items={Resources}
        empty="The actions are about the account as a whole."
        columns={[
          {
            id: "name",
            header: "Resource type",
            isRowHeader: true,
            minWidth: 120,
            cell: (resource) => <span className="break">{resource.Name}</span>,
          },
          {
            id: "arn",
            header: "ARN",
            minWidth: 240,
            cell: ({ ARNFormats = [] }) => <span className="break">{ARNFormats.join(", ")}</span>,
          },
        ]}
      />
      <Part
        title="Condition keys"
        items={ConditionKeys}
        empty="The service has no condition keys of its own. AWS's global keys work."
        columns={[
          {
            id: "name",
            header: "Condition key",
            isRowHeader: true,
            minWidth: 180,
            cell: (key) => <span className="break">{key.Name}</span>,
          },
          {
            id: "types",
            header: "Type",
            minWidth: 120,
            cell: ({ Types = [] }) => Types.join(", "),
          },
        ]}
      />
    </SpaceBetween>
  );
}

interface Properties {
  readonly IsList?: boolean | undefined;
  readonly IsWrite?: boolean | undefined;
}

const levelOf = (properties: Properties | undefined): string =>
  properties?.IsWrite ? "Write" : properties?.IsList ? "List" : "Read";

function Part<T extends { readonly Name: string }>({
  title,
  items,
  empty,
  columns,
}: {
  readonly title: string;
  readonly items: readonly T[];
  readonly empty: string;
  readonly columns: readonly TableProps.ColumnDefinition<T>[];
}) {
  return (
    <Container
      header={
        <Header variant="h2" counter={`(${items.length.toLocaleString("en")})`}>
          {title}
        </Header>
      }
    >
      <Table
        variant="embedded"
        items={items}
        trackBy="Name"
        wrapLines={true}
        ariaLabels={{ tableLabel: title }}
        empty={<Empty>{empty}</Empty>}
        columnDefinitions={columns}
      />
    </Container>
  );
}
