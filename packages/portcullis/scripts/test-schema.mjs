// `npm run docs`: writes the JSON schema of test files, which editors complete them by.
import { writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { testFileSchema } from "@portcullis/testing/test-file";

export const FILE = join(resolve(import.meta.dirname, ".."), "schema/policy-test.schema.json");

export const renderSchema = () => `${JSON.stringify(testFileSchema(), undefined, 2)}\n`;

if (process.argv[1] === import.meta.filename) writeFileSync(FILE, renderSchema());
