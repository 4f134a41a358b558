import { type Account, DescribeAccountCommand } from "@aws-sdk/client-organizations";
import Button from "@cloudscape-design/components/button";
import KeyValuePairs from "@cloudscape-design/components/key-value-pairs";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useState } from "react";
import { organizations } from "../../../api/clients.ts";
import { Copyable } from "../../../ui/copyable.tsx";
import { Panel } from "../../../ui/panel.tsx";
import { Status } from "../../../ui/status.tsx";
import { absoluteTime } from "../../../ui/time.tsx";
import { useQuery } from "../../../ui/use-query.ts";
import { CloseAccountDialog } from "../accounts/close-account-dialog.tsx";
import { SwitchInLink } from "../accounts/switch-in-link.tsx";
import type { NodeEvents } from "./node-events.ts";

export function AccountPanel({
  id: AccountId,
  isManagementAccount,
  events: { onChanged, onMove },
}: {
  readonly id: string;
  readonly isManagementAccount: boolean;
  readonly events: NodeEvents;
}) {
  const [isClosing, setClosing] = useState(false);
  const query = useQuery(
    async (abortSignal) => {
      const { Account } = await organizations(new DescribeAccountCommand({ AccountId }), {
        abortSignal,
      });
      if (Account === undefined) throw new TypeError("DescribeAccount answered no account");
      return Account;
    },
    [AccountId],
  );
  const account = query.data;
  const isActive = account?.State === "ACTIVE";
  return (
    <>
      <Panel
        title="Account"
        query={query}
        actions={
          account && (
            <SpaceBetween direction="horizontal" size="xs">
              <Button onClick={onMove}>Move</Button>
              {!isManagementAccount && (
                <Button disabled={!isActive} onClick={() => setClosing(true)}>
                  Close account
                </Button>
              )}
            </SpaceBetween>
          )
        }
      >
        {(data) => <Details account={data} isManagementAccount={isManagementAccount} />}
      </Panel>
      {isClosing && account !== undefined && (
        <CloseAccountDialog
          id={AccountId}
          name={account.Name ?? ""}
          onDone={async () => {
            await query.reload();
            onChanged();
          }}
          onClose={() => setClosing(false)}
        />
      )}
    </>
  );
}

function Details({
  account: { Id = "", Name = "", Arn = "", Email, State, JoinedTimestamp, JoinedMethod, Paths },
  isManagementAccount,
}: {
  readonly account: Account;
  readonly isManagementAccount: boolean;
}) {
  const isActive = State === "ACTIVE";
  return (
    <KeyValuePairs
      columns={2}
      minColumnWidth={220}
      items={[
        { label: "Name", value: <bdi className="break">{Name}</bdi> },
        { label: "Account ID", value: <Copyable text={Id} what="Account ID" /> },
        { label: "E-mail address", value: <span className="break">{Email}</span> },
        {
          label: "State",
          value: (
            <Status type={isActive ? "success" : "stopped"} label={isActive ? "Active" : "Closed"}>
              {isActive ? "Active" : `${State}: its credentials are refused`}
            </Status>
          ),
        },
        { label: "Joined", value: `${absoluteTime(JoinedTimestamp)} (${JoinedMethod})` },
        { label: "Path", value: <span className="break">{Paths?.[0] ?? "–"}</span> },
        { label: "ARN", value: <Copyable text={Arn} what="ARN" /> },
        {
          label: "Get in",
          value: isManagementAccount ? (
            "This is the management account."
          ) : isActive ? (
            <SwitchInLink id={Id} name={Name} />
          ) : (
            "Nobody can: the account is closed."
          ),
        },
      ]}
    />
  );
}
