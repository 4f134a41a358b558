// The page of the decision log's fields, from the type of its line.
import { membersOf } from "./declarations.mjs";
import { table } from "./table.mjs";

export const FILE = "docs/reference/log-fields.md";

/** Fields whose name says all. */
const PLAIN = {
  type: "always `decision`",
  decisionId: "the id of the decision, for [Why was I denied?](../why-denied.md)",
  requestId: "the request's id, which the answer has as `apigw-requestid` or `x-amzn-requestid`",
  outcome: "see [Outcomes](#outcomes)",
  reason: "why, in words",
  account: "the caller's account",
  accessKeyId: "the access key that signed",
  action: "the action that was asked for",
  resource: "the resource's ARN",
  region: "the region of the API",
  traced: "the principal is traced, so that an allow has its `detail` too",
  sourceIp: "the peer's address as the gateway reports it",
  milliseconds: "how long the decision took",
};

const OUTCOMES = [
  ["`allowed`", "the request goes through"],
  ["`implicitDeny`", "no policy allows it"],
  ["`explicitDeny`", "a policy denies it"],
  ["`unauthenticated`", "the credentials are missing or not valid"],
  ["`invalid`", "it was refused before there was anything to decide"],
  ["`failed`", "it was allowed, and the operation then ended with an error of the API"],
  ["`error`", "a fault of the server"],
];

export function render() {
  const members = membersOf("packages/authorizer/src/log/decision-log.ts", "DecisionLine");
  const rows = members.map(({ name, type, text }) => {
    const meaning = text || PLAIN[name];
    if (!meaning) throw new Error(`${FILE}: the field ${name} has no description`);
    return [`\`${name}\``, typeOf(type), sentence(meaning)];
  });
  return `# Log fields

Each decision is one line of JSON on standard output, in CloudWatch Logs when deployed. Calls to the
control API have the same line. No line has a secret, a token or a signature. On a terminal a line is
text; \`PORTCULLIS_LOG=json\` or \`text\` chooses. \`portcullis log\` reads lines and filters them.

${table(["field", "type", "meaning"], rows)}

## Outcomes

${table(["outcome", "meaning"], OUTCOMES)}

## Metrics

Deployed, the same line is CloudWatch metrics of the namespace \`Portcullis\`, by \`Api\` and of all
together: \`Decisions\`, \`Allowed\`, \`ImplicitDenies\`, \`ExplicitDenies\`, \`Unauthenticated\`, \`Invalid\`,
\`Failed\`, \`Errors\`, \`Observing\`, \`Observed\`, \`ColdStarts\`, \`RoundTrips\` and \`Latency\`.
`;
}

/** As the other descriptions: without a capital and a full stop. */
const sentence = (text) =>
  text.replace(/\.$/, "").replace(/^[A-Z](?=[a-z ])/, (letter) => letter.toLowerCase());

/** The type for people: a reader of the log needs no TypeScript. */
function typeOf(type) {
  const bare = type.replace(/ \| undefined$/, "");
  if (/^readonly \w+\[\]$/.test(bare)) return "list";
  if (/^(?:boolean|true)$/.test(bare)) return "boolean";
  if (bare === "number") return "number";
  if (/Detail/.test(bare)) return "object";
  return "string";
}
