import Button from "@cloudscape-design/components/button";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { type FormEvent, type ReactNode, useEffect, useId, useRef, useState } from "react";
import { type CallFailure, describeFailure } from "../api/errors.ts";
import { ShowAsCli } from "../cli/show-as-cli.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { Failure } from "../ui/failure.tsx";
import { useNotify } from "../ui/notifications.tsx";
import { useWrites, type Write } from "./use-writes.ts";
import { WriteProgress } from "./write-progress.tsx";

/**
 * A dialog that changes something: its form, "Show as CLI", what was done and what not, and a
 * button that goes on after a failure. It closes itself once everything is done.
 */
export function WriteDialog({
  title,
  confirm,
  writes,
  problem,
  check,
  isDisabled = false,
  done,
  doneAction,
  onDone,
  onFailed,
  onClose,
  staysOpen = false,
  size = "medium",
  children,
}: {
  readonly title: string;
  /** The words on the button. */
  readonly confirm: string;
  readonly writes: readonly Write[];
  /** Called at each attempt: why the form can't be sent yet; undefined when it can. */
  readonly problem?: () => string | undefined;
  /**
   * Called before the first call: reads again what is to be changed. False: somebody else changed
   * it, and nothing is written.
   */
  readonly check?: () => Promise<boolean>;
  readonly isDisabled?: boolean;
  /** The notification that tells of the success. */
  readonly done?: string;
  /** A button of that notification, such as one that takes the change back. */
  readonly doneAction?: ReactNode;
  readonly onDone?: () => void | Promise<void>;
  /** Called when a call fails. */
  readonly onFailed?: (failure: CallFailure) => void;
  readonly onClose: () => void;
  /** True when `onDone` shows something in the dialog's place, such as a secret. */
  readonly staysOpen?: boolean;
  readonly size?: "medium" | "large";
  readonly children?: ReactNode;
}) {
  const notify = useNotify();
  const run = useWrites();
  const formId = useId();
  const hasFailed = run.failure !== undefined;
  const [isChecking, setChecking] = useState(false);
  const [checkFailure, setCheckFailure] = useState<CallFailure>();
  const failed = useRef(onFailed);
  failed.current = onFailed;
  useEffect(() => {
    if (run.failure !== undefined) failed.current?.(run.failure);
  }, [run.failure]);
  const isPartlyDone = hasFailed && run.states.some(({ status }) => status === "done");

  const submit = async (event?: FormEvent) => {
    event?.preventDefault();
    if (run.isRunning || isChecking || isDisabled || problem?.() !== undefined) return;
    if (!isPartlyDone && !(await passesCheck())) return;
    const isDone = isPartlyDone ? await run.resume() : await run.run(writes);
    if (!isDone) return;
    if (done !== undefined) notify({ type: "success", content: done, action: doneAction });
    await onDone?.();
    if (!staysOpen) onClose();
  };
  const passesCheck = async () => {
    if (check === undefined) return true;
    setChecking(true);
    setCheckFailure(undefined);
    try {
      return await check();
    } catch (error) {
      setCheckFailure(describeFailure(error));
      return false;
    } finally {
      setChecking(false);
    }
  };
  const close = async () => {
    if (run.isRunning) return;
    // What was done before a failure must show on the page.
    if (isPartlyDone) await onDone?.();
    onClose();
  };

  return (
    <Dialog
      title={title}
      size={size}
      onClose={close}
      buttons={
        <>
          <Button variant="link" onClick={close} disabled={run.isRunning}>
            {isPartlyDone ? "Close" : "Cancel"}
          </Button>
          <Button
            variant="primary"
            form={formId}
            loading={run.isRunning || isChecking}
            disabled={isDisabled}
          >
            {isPartlyDone ? "Try the rest again" : confirm}
          </Button>
        </>
      }
    >
      <form id={formId} onSubmit={submit} noValidate={true}>
        <SpaceBetween size="m">
          {children}
          {checkFailure !== undefined && <Failure failure={checkFailure} />}
          <WriteProgress writes={run} />
          <ShowAsCli commands={writes.map(({ command }) => command)} />
        </SpaceBetween>
      </form>
    </Dialog>
  );
}
