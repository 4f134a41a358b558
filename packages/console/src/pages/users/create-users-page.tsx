import { Page } from "../../ui/page.tsx";

export default function CreateUsersPage() {
  return <Page title="Create users"> </Page>;
}
