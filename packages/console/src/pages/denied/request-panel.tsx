import KeyValuePairs from "@cloudscape-design/components/key-value-pairs";
import type { DecisionDescription } from "@portcullis/control-api/portcullis-client";
import type { ReactNode } from "react";
import { PrincipalLink } from "../../decisions/principal-link.tsx";
import { Copyable } from "../../ui/copyable.tsx";
import { exactTime } from "../../ui/time.tsx";

/** What was asked, by whom, and from where. */
export function RequestPanel({ decision }: { readonly decision: DecisionDescription }) {
  const { PrincipalArn, Action, ResourceArn, Method, Route, Api } = decision;
  const { DecisionId, RequestId, AccessKeyId, SourceIpAddress, UserAgent, Time } = decision;
  // The route has its method.
  const route = Route ?? Method;
  const items: readonly (readonly [label: string, value: ReactNode])[] = [
    ["Principal", <PrincipalLink key="principal" arn={PrincipalArn} />],
    [
      "Action",
      <span key="action" className="break">
        {Action ?? "None"}
      </span>,
    ],
    [
      "Resource",
      <span key="resource" className="break">
        {ResourceArn ?? "None"}
      </span>,
    ],
    ["Time", exactTime(Time)],
    ...(Api === undefined
      ? []
      : [
          [
            "API",
            <span key="api" className="break">
              {Api}
            </span>,
          ] as const,
        ]),
    ...(route === undefined
      ? []
      : [
          [
            "Route",
            <span key="route" className="break">
              {route}
            </span>,
          ] as const,
        ]),
    ["Source address", SourceIpAddress ?? "Unknown"],
    [
      "User agent",
      <bdi key="agent" className="break">
        {UserAgent || "None"}
      </bdi>,
    ],
    ["Access key", AccessKeyId ?? "None"],
    ["Decision ID", <Copyable key="id" text={DecisionId} what="Decision ID" />],
    ...(RequestId === undefined || RequestId === DecisionId
      ? []
      : [["Request ID", <Copyable key="request" text={RequestId} what="Request ID" />] as const]),
  ];
  return (
    <KeyValuePairs
      columns={3}
      minColumnWidth={220}
      items={items.map(([label, value]) => ({ label, value }))}
    />
  );
}
