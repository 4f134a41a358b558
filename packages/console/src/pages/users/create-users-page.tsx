import { Page } from "../../ui/page.tsx";

export default function CreateUsersPage() {
  return <Page title="CreateUsers"> </Page>;
}
