import { AddUserToGroupCommand, RemoveUserFromGroupCommand } from "@aws-sdk/client-iam";
import Button from "@cloudscape-design/components/button";
import Table from "@cloudscape-design/components/table";
import { useState } from "react";
import { groupPath } from "../../app/paths.ts";
import { GroupField } from "../../permissions/permission-fields.tsx";
import { groupsOf } from "../../permissions/permission-sources.ts";
import { Panel } from "../../ui/panel.tsx";
import { RouterLink } from "../../ui/router-link.tsx";
import { useQuery } from "../../ui/use-query.ts";
import { WriteDialog } from "../../writes/write-dialog.tsx";

export function GroupsTab({ userName }: { readonly userName: string }) {
  const query = useQuery(() => groupsOf(userName), [userName]);
  const [isAdding, setAdding] = useState(false);
  const [leaving, setLeaving] = useState<string>();
  return (
    <>
      <Panel
        title="Groups"
        counter={query.data && `(${query.data.length})`}
        query={query}
        actions={<Button onClick={() => setAdding(true)}>Add to groups</Button>}
        isEmpty={(groups) => groups.length === 0}
        empty="This user is in no group."
      >
        {(groups) => (
          <Table
            variant="embedded"
            items={groups}
            trackBy={(name) => name}
            ariaLabels={{ tableLabel: "Groups" }}
            columnDefinitions={[
              {
                id: "name",
                header: "Name",
                isRowHeader: true,
                cell: (name) => (
                  <RouterLink to={groupPath(name)}>
                    <span className="break">{name}</span>
                  </RouterLink>
                ),
              },
              {
                id: "remove",
                header: "Action",
                cell: (name) => (
                  <Button
                    variant="inline-link"
                    ariaLabel={`Remove from group ${name}`}
                    onClick={() => setLeaving(name)}
                  >
                    Remove from group
                  </Button>
                ),
              },
            ]}
          />
        )}
      </Panel>
      {isAdding && (
        <AddDialog
          userName={userName}
          already={query.data ?? []}
          onDone={query.reload}
          onClose={() => setAdding(false)}
        />
      )}
      {leaving !== undefined && (
        <WriteDialog
          title={`Remove ${userName} from group ${leaving}?`}
          confirm="Remove"
          writes={[
            {
              label: `Remove ${userName} from group ${leaving}`,
              command: new RemoveUserFromGroupCommand({ UserName: userName, GroupName: leaving }),
              doneWhen: ["NoSuchEntity"],
            },
          ]}
          done={`Removed ${userName} from group ${leaving}.`}
          onDone={query.reload}
          onClose={() => setLeaving(undefined)}
        >
          The user loses what only this group allows, at once.
        </WriteDialog>
      )}
    </>
  );
}

function AddDialog({
  userName,
  already,
  onDone,
  onClose,
}: {
  readonly userName: string;
  readonly already: readonly string[];
  readonly onDone: () => Promise<void>;
  readonly onClose: () => void;
}) {
  const [groups, setGroups] = useState<readonly string[]>([]);
  const added = groups.filter((name) => !already.includes(name));
  return (
    <WriteDialog
      title={`Add ${userName} to groups`}
      confirm="Add"
      isDisabled={added.length === 0}
      writes={added.map((GroupName) => ({
        label: `Add ${userName} to group ${GroupName}`,
        command: new AddUserToGroupCommand({ UserName: userName, GroupName }),
      }))}
      done={`Added ${userName} to ${added.join(", ")}.`}
      onDone={onDone}
      onClose={onClose}
    >
      <GroupField groups={groups} onChange={setGroups} />
    </WriteDialog>
  );
}
