import { GetAccountSummaryCommand } from "@aws-sdk/client-iam";
import { iam } from "../../api/clients.ts";
import { Page } from "../../ui/page.tsx";
import { useQuery } from "../../ui/use-query.ts";
import { AccountPanel } from "./account-panel.tsx";
import { CountsPanel } from "./counts-panel.tsx";
import { NudgesPanel } from "./nudges-panel.tsx";

export default function DashboardPage() {
  const summary = useQuery(
    async (abortSignal) =>
      (await iam(new GetAccountSummaryCommand({}), { abortSignal })).SummaryMap ?? {},
    [],
  );
  return (
    <Page title="Dashboard">
      <NudgesPanel summary={summary} />
      <AccountPanel />
      <CountsPanel summary={summary} />
    </Page>
  );
}
