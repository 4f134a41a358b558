import { DescribePolicyCommand, UpdatePolicyCommand } from "@aws-sdk/client-organizations";
import { organizations } from "../api/clients.ts";
import { serviceControlPolicyPath } from "../app/paths.ts";
import { storedDocument } from "./document.ts";
import { DOCUMENT_QUOTAS } from "./quotas.ts";
import type { DocumentTarget } from "./targets.ts";

/** A service control policy, by its id. Organizations keeps one version of it. */
export function serviceControlTarget(PolicyId: string): DocumentTarget {
  const page = serviceControlPolicyPath(PolicyId);
  return {
    what: `service control policy ${PolicyId}`,
    kind: "serviceControl",
    quota: DOCUMENT_QUOTAS.serviceControl,
    crumbs: [
      { text: "Organization", to: "/organization?tab=policies" },
      { text: PolicyId, to: page },
    ],
    back: page,
    async read(options = {}) {
      const { Policy } = await organizations(new DescribePolicyCommand({ PolicyId }), options);
      // Organizations answers documents as they are.
      return storedDocument(encodeURIComponent(Policy?.Content ?? ""));
    },
    async writes(Content) {
      return [
        {
          label: `Change the document of ${PolicyId}`,
          command: new UpdatePolicyCommand({ PolicyId, Content }),
        },
      ];
    },
  };
}
