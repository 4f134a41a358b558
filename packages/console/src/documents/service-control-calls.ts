import { DescribePolicyCommand, UpdatePolicyCommand } from "@aws-sdk/client-organizations";
import { organizations } from "../api/clients.ts";
import { type StoredDocument, storedDocument } from "./document.ts";
import type { CallOptions } from "./holders.ts";

/** Reads the document of a service control policy. */
export async function readDocument(
  PolicyId: string,
  options: CallOptions,
): Promise<StoredDocument> {
  const { Policy } = await organizations(new DescribePolicyCommand({ PolicyId }), options);
  // Organizations answers documents as they are.
  return storedDocument(encodeURIComponent(Policy?.Content ?? ""));
}

export const changeOf = (PolicyId: string, Content: string): UpdatePolicyCommand =>
  new UpdatePolicyCommand({ PolicyId, Content });
