import { readFileSync } from "node:fs";
import { completeApiPolicy } from "@portcullis/iam/api-policy-document";
import { apiPolicyKey } from "@portcullis/iam/record/api-policy";
import { parsePolicy } from "@portcullis/policy";
import { LocalError } from "../engine/index.ts";
import type { OperatedInstallation } from "./operated-installation.ts";

/**
 * Reads a resource policy from a file and validates it, before anything is opened.
 * @throws {LocalError} with every issue
 */
export function readApiPolicy(file: string): string {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    throw new LocalError(
      `${file} can't be read: ${error instanceof Error ? error.message : String(error)}.`,
    );
  }
  const parsed = parsePolicy(completeApiPolicy(text, ANY_API), "resource");
  if (parsed.ok) return text;
  const issues = parsed.issues.map(({ path, message }) => `  ${path || "document"}: ${message}`);
  throw new LocalError(`${file} is no resource policy:\n${issues.join("\n")}`);
}

/** What an abbreviated resource is completed to for the check; the authorizer knows the API. */
const ANY_API = "arn:aws:execute-api:*:*:*";

type Target = Pick<OperatedInstallation, "store" | "managementAccount">;

/**
 * Stores the resource policy of an API.
 * @returns a sentence for the operator
 */
export async function putApiPolicy(
  { store, managementAccount }: Target,
  apiId: string,
  document: string,
): Promise<string> {
  const key = apiPolicyKey(managementAccount, apiId);
  await store.transact([{ kind: "put", key, data: { apiId, document }, expect: "any" }]);
  return `The API ${apiId} has the policy from now on, where its authorizer asks for one (PORTCULLIS_API_POLICY=on).`;
}

/**
 * Deletes the resource policy of an API.
 * @returns a sentence for the operator
 */
export async function removeApiPolicy(
  { store, managementAccount }: Target,
  apiId: string,
): Promise<string> {
  await store.transact([
    { kind: "delete", key: apiPolicyKey(managementAccount, apiId), expect: "any" },
  ]);
  return `The API ${apiId} has no policy of its own.`;
}

/** The resource policy of an API, or a sentence that it has none. */
export async function showApiPolicy(
  { store, managementAccount }: Target,
  apiId: string,
): Promise<string> {
  const [stored] = await store.get([apiPolicyKey(managementAccount, apiId)]);
  if (stored === undefined) return `The API ${apiId} has no policy of its own.`;
  return stored.data.document;
}
