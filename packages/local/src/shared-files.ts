import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

export interface SharedFiles {
  readonly config: string;
  readonly credentials: string;
}

export const sharedFiles = (directory: string): SharedFiles => ({
  config: join(directory, "config"),
  credentials: join(directory, "credentials"),
});

/** The access key that an earlier start wrote, if it is still there. */
export function writtenKeyId({ credentials }: SharedFiles): string | undefined {
  if (!existsSync(credentials)) return undefined;
  return /^aws_access_key_id\s*=\s*(\S+)$/m.exec(readFileSync(credentials, "utf8"))?.[1];
}

/** Profile `portcullis` in the formats of AWS's shared files, readable by their owner alone (AWS CLI UG/cli-configure-files). */
export function writeConfig(directory: string, endpoint: string): void {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  writePrivately(
    sharedFiles(directory).config,
    `[profile portcullis]\nregion = us-east-1\noutput = json\nendpoint_url = ${endpoint}\n`,
  );
}

export function writeCredentials(
  directory: string,
  key: { readonly accessKeyId: string; readonly secretAccessKey: string },
): void {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const text = `[portcullis]\naws_access_key_id = ${key.accessKeyId}\naws_secret_access_key = ${key.secretAccessKey}\n`;
  writePrivately(sharedFiles(directory).credentials, text);
}

function writePrivately(file: string, text: string): void {
  // The mode is for a file that is made; one that was there keeps its own.
  if (existsSync(file)) chmodSync(file, 0o600);
  writeFileSync(file, text, { mode: 0o600 });
}
