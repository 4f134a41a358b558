import { DescribePolicyCommand, UpdatePolicyCommand } from "@aws-sdk/client-organizations";
import { organizations } from "../api/clients.ts";
import type { CallOptions } from "../documents/holders.ts";

/** A service control policy's document. */
export async function documentOf(PolicyId: string, options: CallOptions = {}): Promise<string> {
  const { Policy } = await organizations(new DescribePolicyCommand({ PolicyId }), options);
  return Policy?.Content ?? "";
}

/** The call that gives it another document. */
export const documentChange = (PolicyId: string, Content: string): UpdatePolicyCommand =>
  new UpdatePolicyCommand({ PolicyId, Content });
