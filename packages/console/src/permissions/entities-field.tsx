import { ListGroupsCommand, ListRolesCommand, ListUsersCommand } from "@aws-sdk/client-iam";
import FormField from "@cloudscape-design/components/form-field";
import Multiselect from "@cloudscape-design/components/multiselect";
import { iam } from "../api/clients.ts";
import { withNamePrefix } from "../list/name-prefix.tsx";
import { useServerOptions } from "../list/server-options.ts";

export type EntityKind = "user" | "group" | "role";

const MOST_OPTIONS = 100;

type Find = (prefix: string, abortSignal: AbortSignal) => Promise<readonly string[]>;

/** Names that begin with a text, found by the server. */
export const FINDERS: Readonly<Record<EntityKind, Find>> = {
  async user(prefix, abortSignal) {
    const command = withNamePrefix(new ListUsersCommand({ MaxItems: MOST_OPTIONS }), prefix);
    const { Users = [] } = await iam(command, { abortSignal });
    return Users.map(({ UserName = "" }) => UserName);
  },
  async group(prefix, abortSignal) {
    const command = withNamePrefix(new ListGroupsCommand({ MaxItems: MOST_OPTIONS }), prefix);
    const { Groups = [] } = await iam(command, { abortSignal });
    return Groups.map(({ GroupName = "" }) => GroupName);
  },
  async role(prefix, abortSignal) {
    const command = withNamePrefix(new ListRolesCommand({ MaxItems: MOST_OPTIONS }), prefix);
    const { Roles = [] } = await iam(command, { abortSignal });
    return Roles.map(({ RoleName = "" }) => RoleName);
  },
};

const WORDS = { user: "Users", group: "Groups", role: "Roles" } as const;

/** Users, groups or roles to choose. The server finds them by the beginning of their names. */
export function EntitiesField({
  kind,
  chosen,
  onChange,
}: {
  readonly kind: EntityKind;
  readonly chosen: readonly string[];
  readonly onChange: (names: readonly string[]) => void;
}) {
  const options = useServerOptions(FINDERS[kind]);
  const what = WORDS[kind].toLowerCase();
  return (
    <FormField label={WORDS[kind]} stretch={true}>
      <Multiselect
        selectedOptions={chosen.map((name) => ({ value: name, label: name }))}
        options={options.names.map((name) => ({ value: name, label: name }))}
        onChange={({ detail }) => onChange(detail.selectedOptions.map(({ value = "" }) => value))}
        filteringType="manual"
        onLoadItems={({ detail }) => options.search(detail.filteringText)}
        statusType={options.status}
        loadingText={`Loading ${what}`}
        errorText={options.failure ?? ""}
        filteringAriaLabel={`Find ${what} by the beginning of their names`}
        filteringPlaceholder="The beginning of a name"
        placeholder={`Choose ${what}`}
        empty="None found."
        deselectAriaLabel={({ label }) => `Remove ${label}`}
      />
    </FormField>
  );
}
