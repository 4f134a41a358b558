import { serviceControlPolicyPath } from "../app/paths.ts";
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
    read: async (options = {}) => (await calls()).readDocument(PolicyId, options),
    async writes(text) {
      const { changeOf } = await calls();
      return [{ label: `Change the document of ${PolicyId}`, command: changeOf(PolicyId, text) }];
    },
  };
}

/** The SDK's commands of Organizations are 5 KB, which editors of other documents do without. */
const calls = () => import("./service-control-calls.ts");
