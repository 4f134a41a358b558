import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { CONNECTION_FILE, type LocalConnection } from "@portcullis/functions/connection";

export interface SharedFiles {
  readonly config: string;
  readonly credentials: string;
}

export const sharedFiles = (directory: string): SharedFiles => ({
  config: join(directory, "config"),
  credentials: join(directory, "credentials"),
});

const CREDENTIALS = "[portcullis]";

/** The id of the access key that an earlier start wrote, if the file still has it. */
export function writtenKeyId({ credentials }: SharedFiles): string | undefined {
  const { section } = readSection(credentials, CREDENTIALS);
  return /^aws_access_key_id\s*=\s*(\S+)$/m.exec(section.join("\n"))?.[1];
}

/**
 * Writes the profile `portcullis` in the formats of AWS's shared files, readable by their owner
 * only (AWS CLI UG/cli-configure-files). Other profiles in the files stay.
 */
export function writeConfig(directory: string, endpoint: string): void {
  writeSection(directory, sharedFiles(directory).config, "[profile portcullis]", {
    region: "us-east-1",
    output: "json",
    endpoint_url: endpoint,
  });
}

/** Writes the access key of the profile `portcullis`, readable by its owner only. */
export function writeCredentials(
  directory: string,
  key: { readonly accessKeyId: string; readonly secretAccessKey: string },
): void {
  writeSection(directory, sharedFiles(directory).credentials, CREDENTIALS, {
    aws_access_key_id: key.accessKeyId,
    aws_secret_access_key: key.secretAccessKey,
  });
}

/**
 * Writes where the engine of a running installation is, for servers on this machine that authorize
 * by themselves. Readable by its owner only: the engine asks for no credentials.
 */
export function writeConnection(directory: string, connection: LocalConnection): void {
  const file = join(directory, CONNECTION_FILE);
  const own = `${file}.${process.pid}`;
  writeFileSync(own, `${JSON.stringify(connection, null, 2)}\n`, { mode: 0o600 });
  renameSync(own, file);
}

/** Once the installation is stopped, nothing is to be reached. */
export function removeConnection(directory: string): void {
  rmSync(join(directory, CONNECTION_FILE), { force: true });
}

function writeSection(
  directory: string,
  file: string,
  header: string,
  settings: Readonly<Record<string, string>>,
): void {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const { before, section, after } = readSection(file, header);
  const others = section.filter(
    (line) => !Object.hasOwn(settings, line.split("=")[0]?.trim() ?? ""),
  );
  const ours = Object.entries(settings).map(([name, value]) => `${name} = ${value}`);
  const text = [...before, header, ...ours, ...others, ...after].join("\n");
  // `mode` is for a new file; an existing one keeps its own.
  if (existsSync(file)) chmodSync(file, 0o600);
  writeFileSync(file, `${text.trim()}\n`, { mode: 0o600 });
}

/** A file's lines before a section, in it without its header, and after it. */
function readSection(file: string, header: string) {
  const lines = existsSync(file) ? readFileSync(file, "utf8").split("\n") : [];
  const at = lines.findIndex((line) => line.trim() === header);
  if (at < 0) return { before: lines, section: [], after: [] };
  const following = lines.slice(at + 1);
  const length = following.findIndex((line) => line.startsWith("["));
  const end = length < 0 ? following.length : length;
  return {
    before: lines.slice(0, at),
    section: following.slice(0, end),
    after: following.slice(end),
  };
}
