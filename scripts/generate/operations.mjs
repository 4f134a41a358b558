// The page of operations: which ones of AWS's services are offered, from the tables that the router
// reads.
import * as accessAnalyzer from "@aws-sdk/client-accessanalyzer";
import * as cloudtrail from "@aws-sdk/client-cloudtrail";
import * as iam from "@aws-sdk/client-iam";
import * as organizations from "@aws-sdk/client-organizations";
import * as sts from "@aws-sdk/client-sts";
import { accessAnalyzerOperations } from "@portcullis/iam/operation/access-analyzer";
import { cloudtrailOperations } from "@portcullis/iam/operation/cloudtrail";
import { iamOperations } from "@portcullis/iam/operation/iam";
import { organizationsOperations } from "@portcullis/iam/operation/organizations";
import { portcullisOperations } from "@portcullis/iam/operation/portcullis";
import { stsOperations } from "@portcullis/iam/operation/sts";

const SERVICES = [
  { name: "IAM", client: iam, table: iamOperations },
  { name: "STS", client: sts, table: stsOperations },
  { name: "Organizations", client: organizations, table: organizationsOperations },
  { name: "Access Analyzer", client: accessAnalyzer, table: accessAnalyzerOperations },
  { name: "CloudTrail", client: cloudtrail, table: cloudtrailOperations },
];

export const FILE = "docs/reference/operations.md";

/** Names of a service's operations, as its SDK client has them. */
export const operationsOf = (client) =>
  Object.keys(client)
    .filter((name) => /^[A-Z]\w*Command$/.test(name) && name !== "$Command")
    .map((name) => name.slice(0, -"Command".length))
    .sort();

export function render() {
  const lines = [
    "# Operations",
    "",
    "The operations of AWS's APIs that an installation offers. An operation that is not offered",
    "answers `InvalidAction`. An operation without an action needs no permission: credentials or an",
    "identity provider's token are enough.",
  ];
  for (const { name, client, table } of SERVICES) {
    const all = operationsOf(client);
    const offered = all.filter((operation) => Object.hasOwn(table, operation));
    lines.push(
      "",
      `## ${name}: ${offered.length} of ${all.length}`,
      "",
      "| operation | action |",
      "| --- | --- |",
    );
    for (const operation of offered) {
      const { action, access } = table[operation];
      lines.push(
        `| ${operation} | ${access === undefined || access === "policies" ? `\`${action}\`` : ""} |`,
      );
    }
    const missing = all.filter((operation) => !Object.hasOwn(table, operation));
    if (missing.length > 0) lines.push("", `Not offered: ${missing.join(", ")}.`);
  }
  lines.push(
    "",
    "## Portcullis: a service of our own",
    "",
    "| operation | action |",
    "| --- | --- |",
  );
  for (const [operation, { action }] of Object.entries(portcullisOperations))
    lines.push(`| ${operation} | \`${action}\` |`);
  return `${lines.join("\n")}\n`;
}
