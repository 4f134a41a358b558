import { build } from "esbuild";
import { gzipSync } from "node:zlib";
const b = async (contents) => { const { outputFiles } = await build({ stdin: { contents, resolveDir: process.cwd(), loader: "ts" }, bundle: true, minify: true, format: "esm", platform: "browser", write: false, logLevel: "silent" }); return gzipSync(outputFiles[0].contents, { level: 9 }).length; };
const E = 'export * from "@portcullis/policy";', A='export * from "./packages/analysis/src/index.ts";';
const both = await b(A+E), eng = await b(E);
console.log({ both, eng, added: both-eng });
