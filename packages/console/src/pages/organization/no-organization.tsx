import { CreateOrganizationCommand } from "@aws-sdk/client-organizations";
import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import { useState } from "react";
import { WriteDialog } from "../../writes/write-dialog.tsx";

/** What there is to see before the first organization. */
export function NoOrganization({ onDone }: { readonly onDone: () => Promise<void> }) {
  const [isCreating, setCreating] = useState(false);
  return (
    <>
      <Container
        header={
          <Header
            variant="h2"
            actions={
              <Button variant="primary" onClick={() => setCreating(true)}>
                Create organization
              </Button>
            }
          >
            No organization
          </Header>
        }
      >
        This account is not in an organization. With one it can create accounts of their own for
        teams or customers, sort them into units, and limit them by service control policies. Only
        the management account of the installation can create it.
      </Container>
      {isCreating && (
        <WriteDialog
          title="Create an organization?"
          confirm="Create organization"
          writes={[
            {
              label: "Create the organization",
              command: new CreateOrganizationCommand({ FeatureSet: "ALL" }),
              doneWhen: ["AlreadyInOrganization"],
            },
          ]}
          done="Created the organization."
          onDone={onDone}
          onClose={() => setCreating(false)}
        >
          This account becomes its management account. The organization can be deleted again as long
          as it has no other account.
        </WriteDialog>
      )}
    </>
  );
}
