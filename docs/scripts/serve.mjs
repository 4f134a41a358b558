// `npm run docs`: serves the site while its pages are edited. Arguments are those of vitepress dev,
// such as `--port 5180`.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { createServer } from "vitepress";
import { writeApiReference } from "./api-reference.mjs";

const docs = join(import.meta.dirname, "..");
const { values } = parseArgs({ options: { port: { type: "string", default: "5173" } } });

// It takes some seconds, and seldom changes: `npm run docs:build` makes it anew.
if (!existsSync(join(docs, "reference/api"))) await writeApiReference();
const server = await createServer(docs, { port: Number(values.port), host: "127.0.0.1" });
await server.listen();
server.printUrls();
