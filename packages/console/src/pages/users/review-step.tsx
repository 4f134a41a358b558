import Alert from "@cloudscape-design/components/alert";
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import KeyValuePairs from "@cloudscape-design/components/key-value-pairs";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { ShowAsCli } from "../../cli/show-as-cli.tsx";
import { allowsNothing, nameOf } from "../../permissions/permission-choice.ts";
import type { Write } from "../../writes/use-writes.ts";
import { namesOf, type UserDraft } from "./user-draft.ts";

/** All that will be made, before it is. */
export function ReviewStep({
  draft,
  writes,
}: {
  readonly draft: UserDraft;
  readonly writes: readonly Write[];
}) {
  const names = namesOf(draft);
  const { permissions } = draft;
  return (
    <SpaceBetween size="l">
      {allowsNothing(permissions) && (
        <Alert
          type="warning"
          header={
            names.length === 1 ? "This user has no permissions" : "These users have no permissions"
          }
        >
          Every request will be denied until a group or a policy allows something. You can go back
          and add permissions, or add them later.
        </Alert>
      )}
      {!draft.canSignIn && !draft.hasAccessKey && (
        <Alert type="info">
          Without a password or an access key nobody can act as the user yet.
        </Alert>
      )}
      <Container
        header={
          <Header variant="h2" counter={`(${names.length})`}>
            Users
          </Header>
        }
      >
        <KeyValuePairs columns={2} items={detailsOf(draft, names)} />
      </Container>
      <Container header={<Header variant="h2">Permissions</Header>}>
        <KeyValuePairs
          columns={2}
          items={[
            { label: "Groups", value: listed(permissions.groups) },
            { label: "Policies", value: listed(permissions.policies.map(nameOf)) },
            {
              label: "Inline policies",
              value: listed(permissions.inline.map(({ name }) => name)),
            },
            {
              label: "Permissions boundary",
              value: listed(
                permissions.boundary === undefined ? [] : [nameOf(permissions.boundary)],
              ),
            },
          ]}
        />
      </Container>
      <ShowAsCli commands={writes.map(({ command }) => command)} />
    </SpaceBetween>
  );
}

function detailsOf(draft: UserDraft, names: readonly string[]) {
  const { canSignIn, password, path, tags, hasAccessKey } = draft;
  const kind = password.isGenerated ? "Generated" : "As typed";
  const duty = password.mustChange ? ", must be changed at the next sign-in" : "";
  return [
    { label: "Names", value: listed(names) },
    { label: "Path", value: listed([path]) },
    { label: "Password", value: canSignIn ? `${kind}${duty}` : "None" },
    { label: "Access key", value: hasAccessKey ? "One for each user" : "None" },
    { label: "Tags", value: listed(tags.map(({ Key, Value }) => `${Key}: ${Value}`)) },
  ];
}

const listed = (values: readonly string[]) => (
  <span className="break">{values.join(", ") || "None"}</span>
);
