import { useParams } from "react-router";
import { Page } from "../../ui/page.tsx";

export default function UserPage() {
  const { userName = "" } = useParams();
  return (
    <Page title={userName} crumbs={[{ text: "Users", to: "/users" }]}>
      {" "}
    </Page>
  );
}
