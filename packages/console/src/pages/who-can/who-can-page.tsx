import Tabs from "@cloudscape-design/components/tabs";
import { useSearchParams } from "react-router";
import { AccountProgress } from "../../analysis/account-progress.tsx";
import { useAccount } from "../../analysis/use-account.ts";
import { useServiceReferences } from "../../analysis/use-service-references.ts";
import { Page } from "../../ui/page.tsx";
import { WhatCanTab } from "./what-can-tab.tsx";
import { WhoCanTab } from "./who-can-tab.tsx";

/**
 * Who can do an action on a resource (`?action=&resource=`), and what a principal can do
 * (`?tab=what&principal=`). A link holds the question.
 */
export default function WhoCanPage() {
  const [params, setParams] = useSearchParams();
  const account = useAccount();
  const known = useServiceReferences();
  return (
    <Page
      title="Who can"
      description="The engine's answer for all users and roles of the account: by their own policies, by groups, and by the roles that they can assume one after the other."
    >
      <AccountProgress account={account}>
        {(read) => (
          <Tabs
            ariaLabel="Questions"
            activeTabId={params.get("tab") ?? "who"}
            onChange={({ detail }) => {
              const next = new URLSearchParams(params);
              next.set("tab", detail.activeTabId);
              setParams(next, { replace: true });
            }}
            tabs={[
              {
                id: "who",
                label: "Who can do it",
                content: <WhoCanTab read={read} known={known} />,
              },
              {
                id: "what",
                label: "What one can do",
                content: <WhatCanTab read={read} known={known} />,
              },
            ]}
          />
        )}
      </AccountProgress>
    </Page>
  );
}
