// The JSON schema of test files, which editors complete them by.
import { testFileSchema } from "@portcullis/testing/test-file";

export const FILE = "packages/portcullis/schema/policy-test.schema.json";

export const render = () => `${JSON.stringify(testFileSchema(), undefined, 2)}\n`;
