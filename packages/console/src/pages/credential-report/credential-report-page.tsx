import { Page } from "../../ui/page.tsx";

export default function CredentialReportPage() {
  return <Page title="Credential report"> </Page>;
}
