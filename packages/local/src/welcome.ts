import { relative } from "node:path";
import type { LocalInstallation } from "./installation.ts";

/** The text that `npm start` prints: what runs where, and three commands to go on with. */
export function welcome(installation: LocalInstallation, directory: string | undefined): string {
  const { controlUrl, apiUrl, restUrl, webSocketUrl, rootKey, rootPassword } = installation;
  const access =
    directory === undefined ? exported(controlUrl, rootKey) : profile(shortest(directory));
  return `
Portcullis is ready.
  console        ${controlUrl}/console/   (sign in with a browser)
  control API    ${controlUrl}   (IAM, STS and Organizations, for the AWS CLI and SDKs)
  protected API  ${apiUrl}   (the sample orders API)
  as a REST API  ${restUrl}
  $connect only  ${webSocketUrl}
${rootPassword === undefined ? "" : `  root password  ${rootPassword}   (of the root user; it is not shown again)\n`}${replacedKey(installation)}
Try it, in another terminal:
  ${access}
  aws iam create-user --user-name ana
  curl ${apiUrl}/orders                 # 401: nobody without credentials

Stop it with Ctrl-C.
`;
}

/** After the credentials file was lost: a key that worked elsewhere has stopped working. */
function replacedKey({ rootKey, deactivatedRootKeyId: former }: LocalInstallation): string {
  if (rootKey === undefined || former === undefined) return "";
  return `  root key       ${rootKey.accessKeyId} is new: the credentials file had none.\n                 The former key, ${former}, is deactivated.\n`;
}

function shortest(directory: string): string {
  const path = relative(process.cwd(), directory) || ".";
  return path.startsWith("..") ? directory : path;
}

const profile = (directory: string): string =>
  `export AWS_CONFIG_FILE=${directory}/config AWS_SHARED_CREDENTIALS_FILE=${directory}/credentials AWS_PROFILE=portcullis`;

const exported = (url: string, key: LocalInstallation["rootKey"]): string =>
  key === undefined
    ? `export AWS_ENDPOINT_URL=${url} AWS_REGION=us-east-1`
    : `export AWS_ENDPOINT_URL=${url} AWS_REGION=us-east-1 AWS_ACCESS_KEY_ID=${key.accessKeyId} AWS_SECRET_ACCESS_KEY=${key.secretAccessKey}`;
