import { Page } from "../../ui/page.tsx";

export default function SettingsPage() {
  return <Page title="Account settings"> </Page>;
}
