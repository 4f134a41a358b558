import type { User } from "@aws-sdk/client-iam";
import KeyValuePairs from "@cloudscape-design/components/key-value-pairs";
import { Copyable } from "../../ui/copyable.tsx";
import { absoluteTime } from "../../ui/time.tsx";

export function UserSummary({ user }: { readonly user: User }) {
  const { Arn = "", UserId = "", Path = "/", CreateDate, PasswordLastUsed } = user;
  return (
    <KeyValuePairs
      columns={2}
      minColumnWidth={260}
      items={[
        { label: "ARN", value: <Copyable text={Arn} what="ARN" /> },
        { label: "User ID", value: <Copyable text={UserId} what="User ID" /> },
        { label: "Path", value: <span className="break">{Path}</span> },
        { label: "Created", value: absoluteTime(CreateDate) },
        { label: "Last sign-in with password", value: absoluteTime(PasswordLastUsed) },
      ]}
    />
  );
}
