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
      const { documentOf } = await policyCalls();
      // Organizations answers documents as they are.
      return storedDocument(encodeURIComponent(await documentOf(PolicyId, options)));
    },
    async writes(Content) {
      const { documentChange } = await policyCalls();
      return [
        {
          label: `Change the document of ${PolicyId}`,
          command: documentChange(PolicyId, Content),
        },
      ];
    },
  };
}

/** The editor of other documents does without the client of Organizations. */
const policyCalls = () => import("../organization/policy-document.ts");
