import type { Reader } from "@portcullis/iam/store";
import type { ApplicablePolicies } from "@portcullis/policy";
import { boundedCache } from "../cache/bounded-cache.ts";
import type { Identity } from "../identity/identity.ts";
import { guardrailOrganization, guardrailPolicies } from "./guardrails.ts";
import { ownPolicies, ownSize } from "./own-policies.ts";
import { createSharedDocuments, type SharedDocuments } from "./shared-documents.ts";

/**
 * The compiled policies that apply to an identity. Reads only what has changed since the last call.
 */
export interface PolicySource {
  applicable(reader: Reader, identity: Identity): Promise<ApplicablePolicies>;
}

/**
 * An identity's policies, and the versions that they were made from. INVARIANT: they are current as
 * long as none of the three versions changed.
 */
interface Assembled {
  readonly version: number;
  readonly epoch: number;
  readonly organizationEpoch: number | undefined;
  readonly policies: ApplicablePolicies;
}

/** In characters of documents. */
const ASSEMBLED_AT_MOST = 4_000_000;

/** A policy source with a cache of its own, for all identities. */
export function createPolicySource(): PolicySource {
  const readShared = createSharedDocuments();
  const assembled = boundedCache<Assembled>(ASSEMBLED_AT_MOST);

  return {
    async applicable(reader, identity) {
      const { principalRecord, accountRecord } = identity;
      const { version } = principalRecord;
      const name = cacheName(identity);
      const known = assembled.get(name);
      if (
        known?.version === version &&
        known.epoch === accountRecord.version &&
        known.organizationEpoch === guardrailOrganization(identity)?.version
      )
        return known.policies;
      const found = await readShared(reader, identity);
      const policies = policiesOf(identity, found);
      const epochs = { epoch: found.account.epoch, organizationEpoch: found.organization?.epoch };
      assembled.set(name, { version, ...epochs, policies }, ownSize(identity));
      return policies;
    },
  };
}

/** Sessions of one principal differ in their policies, and each has a secret of its own. */
function cacheName({ principalRecord, claims, accessKeyId }: Identity): string {
  const { account, partition } = principalRecord.key;
  const session = claims === undefined ? "" : ` ${accessKeyId} ${claims.secret}`;
  return `${account}#${partition}${session}`;
}

function policiesOf(
  identity: Identity,
  { account, organization, documents }: SharedDocuments,
): ApplicablePolicies {
  const serviceControl = organization
    ? guardrailPolicies(account.data, organization.data, documents)
    : [];
  return {
    ...ownPolicies(identity, documents),
    ...(serviceControl.length === 0 ? {} : { serviceControl }),
  };
}
