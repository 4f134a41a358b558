// curl for machines without it, or without a new one: as much as the manual's pages use.

import { request } from "node:http";
import { parseArgs } from "node:util";
import { signHeader } from "../../support/wire-signer.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    include: { type: "boolean", short: "i" },
    request: { type: "string", short: "X" },
    header: { type: "string", short: "H", multiple: true, default: [] },
    data: { type: "string" },
    user: { type: "string" },
    "aws-sigv4": { type: "string" },
  },
});
const url = new URL(positionals[0] ?? "");
const body = values.data ?? "";
const method = values.request ?? (values.data === undefined ? "GET" : "POST");
const given = Object.fromEntries(
  values.header.map((line) => {
    const [name = "", ...rest] = line.split(":");
    return [name.toLowerCase(), rest.join(":").trim()];
  }),
);
const headers = values["aws-sigv4"] === undefined ? given : signedHeaders(values["aws-sigv4"]);
const asked = request(url, { method, headers }, async (answer) => {
  if (values.include) {
    console.log(`HTTP/1.1 ${answer.statusCode} ${answer.statusMessage}`);
    for (const [name, value] of Object.entries(answer.headers)) console.log(`${name}: ${value}`);
    console.log();
  }
  for await (const part of answer) process.stdout.write(part);
});
asked.end(body);

/** @param names `aws:amz:<region>:<service>` */
function signedHeaders(names: string): Readonly<Record<string, string>> {
  const [accessKeyId = "", ...secret] = (values.user ?? "").split(":");
  const { "x-amz-security-token": sessionToken, ...others } = given;
  const credentials = {
    accessKeyId,
    secretAccessKey: secret.join(":"),
    ...(sessionToken !== undefined && { sessionToken }),
  };
  const [, , region = "", service = ""] = names.split(":");
  return signHeader(url.host, credentials, {
    method,
    path: url.pathname,
    query: [...url.searchParams],
    headers: others,
    body,
    region,
    service,
  }).headers;
}
