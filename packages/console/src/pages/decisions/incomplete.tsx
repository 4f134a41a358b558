import Alert from "@cloudscape-design/components/alert";

/** Said of a report that does not hold all that was counted. */
export const Incomplete = () => (
  <Alert type="warning">
    The account has more entries than one report holds, or some were dropped. Choose a shorter time,
    or a principal.
  </Alert>
);
