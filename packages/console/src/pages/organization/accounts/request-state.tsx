import type {
  CreateAccountFailureReason,
  CreateAccountStatus,
} from "@aws-sdk/client-organizations";
import { Status } from "../../../ui/status.tsx";

/** AWS's reasons why an account could not be created, in words. */
const REASONS: Readonly<Partial<Record<CreateAccountFailureReason, string>>> = {
  ACCOUNT_LIMIT_EXCEEDED: "The organization has as many accounts as it may have.",
  CONCURRENT_ACCOUNT_MODIFICATION: "Another request changed the account at the same time.",
  EMAIL_ALREADY_EXISTS: "Another account has this e-mail address already.",
  INTERNAL_FAILURE: "The installation failed. Try again.",
  INVALID_EMAIL: "The e-mail address is not valid.",
};

/** How a request to create an account went. */
export function RequestState({ status }: { readonly status: CreateAccountStatus }) {
  const { State, FailureReason } = status;
  if (State === "SUCCEEDED")
    return (
      <Status type="success" label="Succeeded">
        Created.
      </Status>
    );
  if (State === "FAILED")
    return (
      <Status type="error" label="Failed">
        Not created: {reasonText(FailureReason)}
      </Status>
    );
  return (
    <Status type="in-progress" label="In progress">
      In progress.
    </Status>
  );
}

const reasonText = (reason: CreateAccountFailureReason | undefined): string =>
  reason === undefined
    ? "the installation gives no reason."
    : `${REASONS[reason] ?? "the installation refused it."} (${reason})`;
