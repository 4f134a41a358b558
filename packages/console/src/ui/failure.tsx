import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Link from "@cloudscape-design/components/link";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { allowingStatement, type CallFailure } from "../api/errors.ts";
import { BASE, deniedPath } from "../app/paths.ts";
import { CodeBlock } from "./code-block.tsx";

const HEADERS: Readonly<Record<CallFailure["kind"], string>> = {
  denied: "You don't have permission",
  missing: "Not found",
  unreachable: "No connection",
  throttled: "Too many calls",
  other: "The call failed",
};

/**
 * A failed call. A denial names the missing action and resource, with the statement that would
 * allow it, ready to be copied for an administrator.
 */
export function Failure({
  failure,
  onRetry,
}: {
  readonly failure: CallFailure;
  readonly onRetry?: (() => void) | undefined;
}) {
  const statement = failure.kind === "denied" ? allowingStatement(failure) : undefined;
  return (
    <Alert
      type={failure.kind === "denied" ? "warning" : "error"}
      header={
        failure.action === undefined
          ? HEADERS[failure.kind]
          : `${HEADERS[failure.kind]}: ${failure.action}`
      }
      action={onRetry && <Button onClick={onRetry}>Try again</Button>}
    >
      <SpaceBetween size="xs">
        <span className="break">{failure.message}</span>
        {statement !== undefined && (
          <>
            <Box variant="span">This statement in a policy would allow it:</Box>
            <CodeBlock text={statement} what="Statement" />
          </>
        )}
        {failure.requestId !== undefined && (
          <Box fontSize="body-s" color="inherit">
            Request ID: <span className="break">{failure.requestId}</span>
            {failure.kind === "denied" && (
              <>
                {" "}
                <Link fontSize="body-s" href={`${BASE}${deniedPath(failure.requestId)}`}>
                  Why was it denied?
                </Link>
              </>
            )}
          </Box>
        )}
      </SpaceBetween>
    </Alert>
  );
}
