import StatusIndicator from "@cloudscape-design/components/status-indicator";
import { absoluteTime, daysSince } from "../ui/time.tsx";

const SOON_DAYS = 30;

/** When SAML metadata expires: from then on its assertions are refused. */
export function Expiry({ moment }: { readonly moment: Date | undefined }) {
  if (moment === undefined) return <>Not stated</>;
  const left = -(daysSince(moment, Date.now()) ?? 0);
  if (moment.getTime() <= Date.now())
    return <StatusIndicator type="error">Expired {absoluteTime(moment)}</StatusIndicator>;
  return left <= SOON_DAYS ? (
    <StatusIndicator type="warning">{absoluteTime(moment)}</StatusIndicator>
  ) : (
    absoluteTime(moment)
  );
}
