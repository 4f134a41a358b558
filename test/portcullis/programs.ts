import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { TestCredentials } from "../support/harness.ts";

/** Programs in a folder that run until all of them are stopped. */
export interface Programs {
  /** Starts one, and resolves with its output once that is as expected. */
  begin(node: string, args: readonly string[], ready: RegExp): Promise<string>;
  stopAll(): Promise<void>;
}

export function programsIn(folder: string): Programs {
  const started: ChildProcess[] = [];
  return {
    begin(node, args, ready) {
      const child = spawn(node, args, {
        cwd: folder,
        env: { ...process.env, NODE_OPTIONS: "", PORT: "0", PORTCULLIS_DATA_DIR: "data" },
        stdio: ["ignore", "pipe", "pipe"],
      });
      started.push(child);
      return new Promise((resolve, reject) => {
        let output = "";
        let errors = "";
        child.stdout.on("data", (part: Buffer) => {
          output += part;
          if (ready.test(output)) resolve(output);
        });
        child.stderr.on("data", (part: Buffer) => {
          errors += part;
        });
        child.once("exit", (code) => reject(new Error(`${args[0]} ended with ${code}: ${errors}`)));
      });
    },
    async stopAll() {
      for (const child of started.reverse()) {
        const ended = new Promise((resolve) => child.once("exit", resolve));
        if (child.exitCode === null && child.kill("SIGTERM")) await ended;
      }
    },
  };
}

/** The command of the package that is installed in a folder. */
export const commandIn = (folder: string): string =>
  join(folder, "node_modules/portcullis/dist/command/main.js");

/** The root user's key, as an installation wrote it into its data directory. */
export function rootKeyIn(dataDirectory: string): TestCredentials {
  const file = readFileSync(join(dataDirectory, "credentials"), "utf8");
  const read = (name: string) => new RegExp(`^${name} = (\\S+)$`, "m").exec(file)?.[1] ?? "";
  return { accessKeyId: read("aws_access_key_id"), secretAccessKey: read("aws_secret_access_key") };
}
