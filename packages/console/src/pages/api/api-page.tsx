import Alert from "@cloudscape-design/components/alert";
import KeyValuePairs from "@cloudscape-design/components/key-value-pairs";
import Tabs from "@cloudscape-design/components/tabs";
import { useParams, useSearchParams } from "react-router";
import { type Catalog, isApi, loadCatalog, type ProtectedApi } from "../../apis/catalog.ts";
import { Copyable } from "../../ui/copyable.tsx";
import { Page } from "../../ui/page.tsx";
import { Panel } from "../../ui/panel.tsx";
import { useQuery } from "../../ui/use-query.ts";
import { RoutesTab } from "./routes-tab.tsx";
import { ServiceTab } from "./service-tab.tsx";

/** One protected API: `/apis/<API ID>/<stage>?tab=<tab>`. */
export default function ApiPage() {
  const { apiId = "", stage = "" } = useParams();
  const query = useQuery(loadCatalog, []);
  const api = query.data?.Apis.find((one) => isApi(one, apiId, stage));
  return (
    <Page title={api?.Title ?? apiId} crumbs={[{ text: "APIs", to: "/apis" }]}>
      <Panel
        title="Summary"
        query={query}
        isEmpty={() => api === undefined}
        empty="The installation protects no API of this ID and stage."
      >
        {() => api && <Summary api={api} />}
      </Panel>
      {api !== undefined && query.data !== undefined && <Content api={api} catalog={query.data} />}
    </Page>
  );
}

function Summary({
  api: { ApiId, Kind, Stage, ServicePrefix, Host },
}: {
  readonly api: ProtectedApi;
}) {
  return (
    <KeyValuePairs
      columns={4}
      minColumnWidth={160}
      items={[
        { label: "API ID", value: <Copyable text={ApiId} what="API ID" /> },
        { label: "Stage", value: <span className="break">{Stage}</span> },
        { label: "Kind", value: Kind },
        { label: "Service prefix", value: ServicePrefix ?? "None: execute-api" },
        ...(Host === undefined
          ? []
          : [{ label: "Host", value: <span className="break">{Host}</span> }]),
      ]}
    />
  );
}

function Content({ api, catalog }: { readonly api: ProtectedApi; readonly catalog: Catalog }) {
  const [params, setParams] = useSearchParams();
  const service = catalog.Services.find(({ Name }) => Name === api.ServicePrefix);
  return (
    <Tabs
      ariaLabel="Parts of the API"
      activeTabId={params.get("tab") ?? "routes"}
      onChange={({ detail }) => setParams({ tab: detail.activeTabId }, { replace: true })}
      tabs={[
        { id: "routes", label: "Routes", content: <RoutesTab api={api} /> },
        {
          id: "service",
          label: "Service definition",
          content:
            service === undefined ? (
              <Alert type="info" header="No service definition">
                Policies name its routes by execute-api:Invoke. With a service definition each route
                has an action of its own.
              </Alert>
            ) : (
              <ServiceTab service={service} />
            ),
        },
      ]}
    />
  );
}
