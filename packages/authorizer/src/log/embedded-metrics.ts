import type { DecisionLine, Log } from "./decision-log.ts";

const NAMESPACE = "Portcullis";

/** The metric that counts decisions of an outcome. */
const COUNTED: Readonly<Record<DecisionLine["outcome"], string>> = {
  allowed: "Allowed",
  implicitDeny: "ImplicitDenies",
  explicitDeny: "ExplicitDenies",
  unauthenticated: "Unauthenticated",
  invalid: "Invalid",
  error: "Errors",
};

const METRICS = [
  { Name: "Decisions", Unit: "Count" },
  ...Object.values(COUNTED).map((Name) => ({ Name, Unit: "Count" })),
  { Name: "ColdStarts", Unit: "Count" },
  { Name: "RoundTrips", Unit: "Count" },
  { Name: "Latency", Unit: "Milliseconds" },
];

/**
 * Writes each decision as one line that is also CloudWatch metrics, by API and of all APIs together: no call, no agent, no further line
 * (CloudWatch UG/CloudWatch_Embedded_Metric_Format_Specification).
 */
export function logWithMetrics(write: (line: string) => void): Log {
  return (line) => {
    const counts = Object.entries(COUNTED).map(([outcome, name]) => [
      name,
      Number(outcome === line.outcome),
    ]);
    write(
      `${JSON.stringify({
        ...line,
        _aws: {
          Timestamp: Date.parse(line.time),
          CloudWatchMetrics: [
            { Namespace: NAMESPACE, Dimensions: [["Api"], []], Metrics: METRICS },
          ],
        },
        Api: line.api ?? "control",
        Decisions: 1,
        ...Object.fromEntries(counts),
        ColdStarts: Number(line.cold === true),
        RoundTrips: line.roundTrips ?? 0,
        Latency: line.milliseconds ?? 0,
      })}\n`,
    );
  };
}
