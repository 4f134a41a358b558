// The page of errors: every code of the control API with its status and meaning, and the answers of
// protected APIs.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { STATUS } from "../../packages/iam/src/error.ts";
import { table } from "./table.mjs";

export const FILE = "docs/reference/errors.md";

/** Of the codes below: those of one service. */
const OF_ONE_SERVICE = {
  LimitExceeded: "IAM",
  NotSupportedService: "IAM",
  ReportExpired: "IAM",
  ReportInProgress: "IAM",
  ReportNotPresent: "IAM",
  ServiceQuotaExceededException: "Access Analyzer",
};

/** Codes that the models of AWS's services do not describe, or that have a remedy of ours. */
const MEANINGS = {
  AccessDenied:
    "The caller's policies do not allow the call. [Why was I denied?](../why-denied.md)",
  ExpiredToken: "The session, or the token, has ended. Get new credentials.",
  IncompleteSignature: "The `Authorization` header or the signed query lacks a part.",
  InternalFailure: "A fault of Portcullis. The log has its cause, by the request id.",
  InvalidAction: "The operation does not exist, or is [not offered](operations.md).",
  InvalidClientTokenId:
    "The access key does not exist, is inactive, or its session's principal is gone.",
  InvalidParameterCombination: "Two parameters exclude each other.",
  InvalidParameterValue: "A parameter has a value that the operation does not take.",
  LimitExceeded: "A [quota](quotas.md) is reached.",
  MalformedQueryString: "The query string can't be read.",
  MissingAction: "The request names no operation.",
  MissingAuthenticationToken: "The request is not signed.",
  MissingParameter: "A required parameter is missing.",
  NotSupportedService: "The service has no such credentials.",
  OptInRequired: "The access key is known, and may not use the service.",
  ReportExpired: "The credential report is older than four hours. Generate it again.",
  ReportInProgress: "The credential report is being generated. Ask again.",
  ReportNotPresent: "There is no credential report yet. Generate one.",
  RequestEntityTooLarge: "The request is larger than the [limits](../limits.md#requests).",
  ServiceUnavailable: "The table did not answer in time. Try again.",
  SignatureDoesNotMatch:
    "The signature is wrong: another secret, or a request that was changed on its way; or its time is more than 15 minutes off.",
  Throttling: "The account or the address called too often. SDKs try again by themselves.",
  ServiceQuotaExceededException: "A quota is reached.",
  ValidationError: "A parameter violates a constraint, which the message names.",
};

const CLIENTS = {
  IAM: "client-iam",
  STS: "client-sts",
  Organizations: "client-organizations",
  "Access Analyzer": "client-accessanalyzer",
  CloudTrail: "client-cloudtrail",
};

/** What a request to a protected API is answered. */
const ANSWERS = [
  ["400", "The body is not the one that was signed, or the path can be read in two ways."],
  ["401", "No credentials, or none that are valid. The log has the reason; the answer has not."],
  [
    "403",
    "The caller's policies do not allow the action, or the request does not fill the route's template.",
  ],
  ["404", "No route of the service definition matches (middlewares and `portcullis dev`)."],
  ["413", "The body is larger than the limit."],
  ["421", "The `Host` is not one of the server's (on your machine)."],
  ["500", "The decision failed, such as when the table does not answer. It is never an allow."],
];

export function render() {
  const described = sdkDescriptions();
  const rows = Object.keys(STATUS)
    .sort()
    .map((code) => {
      const found = described.get(code) ?? described.get(`${code}Exception`);
      const service = MEANINGS[code] ? (OF_ONE_SERVICE[code] ?? "all") : found?.services.join(", ");
      const text = MEANINGS[code] ?? found?.text;
      if (text === undefined) throw new Error(`${FILE}: ${code} has no meaning`);
      return [`\`${code}\``, String(STATUS[code]), service, text];
    });
  return `# Errors

## Answers of a protected API

${table(["status", "when"], ANSWERS)}

A REST API, a middleware and \`portcullis dev\` say in a 403 what is missing:
\`User: ... is not authorized to perform: ... on resource: ... because no identity-based policy allows
the ... action\`. An HTTP API of API Gateway answers \`{"message":"Forbidden"}\`; the decision is found by
the header \`apigw-requestid\`.

## Errors of the control API

Codes are AWS's, and so are the messages where AWS has one. The meanings of codes of a single service
are those of AWS's SDK.

${table(["code", "status", "service", "meaning"], rows)}
`;
}

/** The first sentence of each exception's documentation in AWS's SDK, which is under Apache-2.0. */
function sdkDescriptions() {
  const found = new Map();
  const require = createRequire(new URL("../../packages/iam/package.json", import.meta.url));
  for (const [service, client] of Object.entries(CLIENTS)) {
    const folder = dirname(require.resolve(`@aws-sdk/${client}/package.json`));
    const source = readFileSync(join(folder, "dist-types/models/errors.d.ts"), "utf8");
    const classes = /\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\nexport declare class (\w+) /g;
    for (const [, comment, name] of source.matchAll(classes)) {
      const known = found.get(name);
      if (known !== undefined) known.services.push(service);
      else found.set(name, { services: [service], text: firstSentence(comment) });
    }
  }
  return found;
}

const firstSentence = (comment) =>
  comment
    .replace(/^\s*\* ?/gm, " ")
    .replace(/<[^>]+>|@public/g, "")
    .replaceAll("Amazon Web Services", "AWS")
    .replace(/\s+/g, " ")
    .trim()
    .split(/(?<=\.) /)[0];
