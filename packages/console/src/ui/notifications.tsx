import Alert, { type AlertProps } from "@cloudscape-design/components/alert";
import LiveRegion from "@cloudscape-design/components/live-region";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { createContext, type ReactNode, useCallback, useContext, useState } from "react";

export interface Notification {
  /** A second notification of the same id takes the place of the first. */
  readonly id?: string;
  readonly type: AlertProps.Type;
  readonly header?: ReactNode;
  readonly content: ReactNode;
  readonly action?: ReactNode;
}

interface Shown extends Notification {
  readonly id: string;
}

export type Notify = (notification: Notification) => void;

const NotifyContext = createContext<Notify>(() => {});
const ListContext = createContext<{
  readonly items: readonly Shown[];
  readonly remove: (id: string) => void;
}>({ items: [], remove: () => {} });

const MOST = 3;

/** Tells something at the head of the page. */
export const useNotify = (): Notify => useContext(NotifyContext);

export function NotificationsProvider({ children }: { readonly children: ReactNode }) {
  const [items, setItems] = useState<readonly Shown[]>([]);
  const remove = useCallback(
    (id: string) => setItems((before) => before.filter((item) => item.id !== id)),
    [],
  );
  const notify = useCallback((notification: Notification) => {
    const item = { ...notification, id: notification.id ?? crypto.randomUUID() };
    setItems((before) => [item, ...before.filter(({ id }) => id !== item.id)].slice(0, MOST));
  }, []);
  return (
    <NotifyContext value={notify}>
      <ListContext value={{ items, remove }}>{children}</ListContext>
    </NotifyContext>
  );
}

export function Notifications() {
  const { items, remove } = useContext(ListContext);
  return (
    <div className="notifications">
      <LiveRegion>
        <SpaceBetween size="xs">
          {items.map(({ id, type, header, content, action }) => (
            <Alert
              key={id}
              type={type}
              header={header}
              action={action}
              dismissible={true}
              dismissAriaLabel="Dismiss"
              onDismiss={() => remove(id)}
            >
              <span className="break">{content}</span>
            </Alert>
          ))}
        </SpaceBetween>
      </LiveRegion>
    </div>
  );
}
