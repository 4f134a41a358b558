import Button from "@cloudscape-design/components/button";
import { useState } from "react";
import { useNavigate, useParams } from "react-router";
import { LastChanged } from "../../activity/last-changed.tsx";
import { providerName, providerType } from "../../trust/providers.ts";
import { Page } from "../../ui/page.tsx";
import { DeleteProviderDialog } from "./delete-provider-dialog.tsx";
import { OidcPanels } from "./oidc-panels.tsx";
import { RolesPanel } from "./roles-panel.tsx";
import { SamlPanels } from "./saml-panels.tsx";

/** One identity provider: `/providers/<arn>`. */
export default function ProviderPage() {
  const { arn = "" } = useParams();
  const navigate = useNavigate();
  const [isDeleting, setDeleting] = useState(false);
  const isSaml = providerType(arn) === "SAML";
  return (
    <Page
      title={providerName(arn)}
      crumbs={[{ text: "Identity providers", to: "/providers" }]}
      actions={<Button onClick={() => setDeleting(true)}>Delete</Button>}
    >
      {isSaml ? <SamlPanels arn={arn} /> : <OidcPanels arn={arn} />}
      <RolesPanel arn={arn} />
      <LastChanged
        entity={{ type: `AWS::IAM::${isSaml ? "SAML" : "OpenIDConnect"}Provider`, name: arn }}
      />
      {isDeleting && (
        <DeleteProviderDialog
          arn={arn}
          onClose={() => setDeleting(false)}
          onDone={() => navigate("/providers")}
        />
      )}
    </Page>
  );
}
