import FormField from "@cloudscape-design/components/form-field";
import Input from "@cloudscape-design/components/input";
import Select from "@cloudscape-design/components/select";
import { useState } from "react";
import { portcullisCommand } from "../../api/portcullis-command.ts";
import { principalOf, typedPrincipal } from "../../decisions/principal.ts";
import { resolvePrincipal } from "../../decisions/resolve-principal.ts";
import { activeAccount } from "../../session/session.ts";
import { useSession } from "../../session/session-store.ts";
import { useQuery } from "../../ui/use-query.ts";
import { WriteDialog } from "../../writes/write-dialog.tsx";

const DURATIONS = [
  { value: "600", label: "10 minutes" },
  { value: "3600", label: "1 hour" },
  { value: "14400", label: "4 hours" },
  { value: "86400", label: "24 hours" },
] as const;

const TYPING_MILLISECONDS = 300;

export function StartTraceDialog({
  onDone,
  onClose,
}: {
  readonly onDone: () => Promise<void>;
  readonly onClose: () => void;
}) {
  const session = useSession();
  const account = session === undefined ? "" : activeAccount(session);
  const [typed, setTyped] = useState("");
  const [seconds, setSeconds] = useState("600");
  const [isSubmitted, setSubmitted] = useState(false);
  const isTyped = typed.trim() !== "";
  // Not at each key: the name of a user or role is looked up.
  const resolved = useQuery(
    async (abortSignal) => {
      await new Promise((resolve) => setTimeout(resolve, TYPING_MILLISECONDS));
      if (abortSignal.aborted || !isTyped) return undefined;
      return resolvePrincipal(typed, account, abortSignal);
    },
    [typed, account],
  );
  const arn = resolved.data ?? typedPrincipal(typed, account);
  const { kind, name, account: itsAccount } = principalOf(arn);
  const isOwn = kind !== "other" && itsAccount === account;
  const problem = !isTyped
    ? "Type a user, a role, or root."
    : isOwn
      ? resolved.failure?.message
      : "Type a user or role of this account, such as user/ana or role/shop.";
  return (
    <WriteDialog
      title="Start a trace"
      confirm="Start"
      isDisabled={isTyped && resolved.isLoading}
      problem={() => {
        setSubmitted(true);
        return problem;
      }}
      writes={[
        {
          label: `Trace ${name}`,
          command: portcullisCommand("startTrace", {
            PrincipalArn: arn,
            DurationSeconds: Number(seconds),
          }),
        },
      ]}
      done={`Tracing ${name}.`}
      onDone={onDone}
      onClose={onClose}
    >
      <FormField
        label="Principal"
        description="A role stands for its sessions."
        constraintText={isTyped && isOwn && <span className="break">{arn}</span>}
        errorText={isSubmitted && problem}
      >
        <Input
          value={typed}
          placeholder="user/ana, role/shop, root, or an ARN"
          spellcheck={false}
          autoFocus={true}
          onChange={({ detail }) => setTyped(detail.value)}
        />
      </FormField>
      <FormField label="For">
        <Select
          selectedOption={DURATIONS.find(({ value }) => value === seconds) ?? null}
          options={DURATIONS}
          onChange={({ detail }) => setSeconds(detail.selectedOption.value ?? "600")}
        />
      </FormField>
    </WriteDialog>
  );
}
