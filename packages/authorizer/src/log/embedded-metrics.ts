import type { DecisionLine, Log } from "./decision-log.ts";

const NAMESPACE = "Portcullis";

/** The metric of each outcome. */
const COUNTED: Readonly<Record<DecisionLine["outcome"], string>> = {
  allowed: "Allowed",
  implicitDeny: "ImplicitDenies",
  explicitDeny: "ExplicitDenies",
  unauthenticated: "Unauthenticated",
  invalid: "Invalid",
  failed: "Failed",
  error: "Errors",
};

const METRICS = [
  { Name: "Decisions", Unit: "Count" },
  ...Object.values(COUNTED).map((Name) => ({ Name, Unit: "Count" })),
  { Name: "Observing", Unit: "Count" },
  { Name: "Observed", Unit: "Count" },
  { Name: "ColdStarts", Unit: "Count" },
  { Name: "RoundTrips", Unit: "Count" },
  { Name: "Latency", Unit: "Milliseconds" },
];

/**
 * Writes each decision as one JSON line that CloudWatch also reads as metrics, by API and for all
 * APIs (CloudWatch UG/CloudWatch_Embedded_Metric_Format_Specification). It needs no call and no
 * agent.
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
        Observing: Number(line.observing === true),
        Observed: Number(line.observed === true),
        ColdStarts: Number(line.cold === true),
        RoundTrips: line.roundTrips ?? 0,
        Latency: line.milliseconds ?? 0,
      })}\n`,
    );
  };
}
