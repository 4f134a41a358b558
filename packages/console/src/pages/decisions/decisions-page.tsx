import Tabs from "@cloudscape-design/components/tabs";
import { useSearchParams } from "react-router";
import { Page } from "../../ui/page.tsx";
import { DecisionsTab } from "./decisions-tab.tsx";
import { ObservedTab } from "./observed-tab.tsx";
import { TracesTab } from "./traces-tab.tsx";
import { UseTab } from "./use-tab.tsx";

/**
 * The decisions of the account: `/decisions?tab=<tab>`. Each tab keeps its filter in the address.
 */
export default function DecisionsPage() {
  const [params, setParams] = useSearchParams();
  return (
    <Page
      title="Decisions"
      description="What was asked of the control API and of your APIs, and what was decided."
    >
      <Tabs
        ariaLabel="Parts of decisions"
        activeTabId={params.get("tab") ?? "list"}
        onChange={({ detail }) => setParams({ tab: detail.activeTabId }, { replace: true })}
        tabs={[
          { id: "list", label: "Denied and traced", content: <DecisionsTab /> },
          { id: "observed", label: "Observe mode", content: <ObservedTab /> },
          { id: "use", label: "Policy from use", content: <UseTab /> },
          { id: "traces", label: "Traces", content: <TracesTab /> },
        ]}
      />
    </Page>
  );
}
