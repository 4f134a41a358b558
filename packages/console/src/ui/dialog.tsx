import Box from "@cloudscape-design/components/box";
import Modal from "@cloudscape-design/components/modal";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { type ReactNode, useEffect, useState } from "react";

/** A dialog above the page. Once it is gone, the focus goes back to where it was before. */
export function Dialog({
  title,
  buttons,
  size = "medium",
  onClose,
  children,
}: {
  readonly title: string;
  /** At the foot, the main one last. */
  readonly buttons: ReactNode;
  readonly size?: "medium" | "large";
  readonly onClose: () => void;
  readonly children: ReactNode;
}) {
  useReturnedFocus();
  return (
    <Modal
      visible={true}
      size={size}
      header={<span className="break">{title}</span>}
      closeAriaLabel="Close"
      onDismiss={onClose}
      footer={
        <Box float="right">
          <SpaceBetween direction="horizontal" size="xs">
            {buttons}
          </SpaceBetween>
        </Box>
      }
    >
      {children}
    </Modal>
  );
}

/** What had the focus before the first of the dialogs that are open. */
let opener: Element | null = null;
let open = 0;

function useReturnedFocus(): void {
  const [before] = useState(() => document.activeElement);
  useEffect(() => {
    // One that takes another's place begins with the focus in that other.
    if (open === 0 && before?.closest('[role="dialog"]') === null) opener = before;
    open += 1;
    return () => {
      open -= 1;
      setTimeout(giveFocusBack);
    };
  }, [before]);
}

function giveFocusBack(): void {
  if (open > 0) return;
  // The opener may be gone with what the dialog deleted.
  const target = opener?.isConnected ? opener : document.getElementById("content");
  if (target instanceof HTMLElement) target.focus();
}
