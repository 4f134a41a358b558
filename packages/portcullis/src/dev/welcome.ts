import type { ServiceDefinition } from "@portcullis/authorizer/service-definition";
import type { DevGateway, DevInstallation } from "@portcullis/local/proxy";
import { sampleRequest } from "../definition/sample-request.ts";

interface Started {
  readonly service: ServiceDefinition;
  readonly upstream: string;
  readonly dataDir: string;
  readonly installation: DevInstallation;
}

/** The text that `portcullis dev` prints: what runs where, and a command to go on with. */
export function devWelcome(
  { url, control }: DevGateway,
  { service, upstream, dataDir, installation }: Started,
): string {
  const { method, path } = sampleRequest(service);
  const controlUrl =
    control?.url ??
    (installation.kind === "running" ? installation.connection.bearer?.issuer : undefined);
  const key = control?.root.key;
  const credentials =
    dataDir === ":memory:" && key !== undefined
      ? `AWS_ACCESS_KEY_ID=${key.accessKeyId} AWS_SECRET_ACCESS_KEY=${key.secretAccessKey} `
      : "";
  const directory =
    dataDir === ".portcullis" || dataDir === ":memory:" ? "" : ` --data-dir ${dataDir}`;
  const password = control?.root.generatedPassword;
  return `
Portcullis authorizes requests to ${service.service} (${Object.keys(service.routes).length} routes).
  gateway        ${url}   in front of ${upstream}
  control API    ${controlUrl || "(deployed)"}
  caller's keys  ${url}/.portcullis/jwks.json   (verify x-portcullis-identity)
${password === undefined ? "" : `  root password  ${password}   (of the root user; it is not shown again)\n`}
Try it, in another terminal:
  ${credentials}portcullis call ${method} ${url}${path}${directory}

Stop it with Ctrl-C. Each decision follows:
`;
}
