import type { Reader } from "@portcullis/iam/store";
import type { ApplicablePolicies } from "@portcullis/policy";
import { boundedCache } from "../cache/bounded-cache.ts";
import type { Identity } from "../identity/identity.ts";
import { guardedBy, guardrailPolicies } from "./guardrails.ts";
import { ownPolicies, ownSize } from "./own-policies.ts";
import { createSharedDocuments, type Shared } from "./shared-documents.ts";

/** Gives the compiled policies that apply to an identity, reading only what has changed since it last did. */
export interface PolicySource {
  applicable(reader: Reader, identity: Identity): Promise<ApplicablePolicies>;
}

/** What an identity's policies were made from, and they. INVARIANT: as long as none of the three versions moved, they are right. */
interface Assembled {
  readonly version: number;
  readonly epoch: number;
  readonly organizationEpoch: number | undefined;
  readonly policies: ApplicablePolicies;
}

/** In characters of documents. */
const ASSEMBLED_AT_MOST = 4_000_000;

export function createPolicySource(): PolicySource {
  const shared = createSharedDocuments();
  const assembled = boundedCache<Assembled>(ASSEMBLED_AT_MOST);

  return {
    async applicable(reader, identity) {
      const { holder, accountRecord, claims, accessKeyId } = identity;
      const name =
        claims === undefined ? holder.place : `${holder.place} ${accessKeyId} ${claims.secret}`;
      const known = assembled.get(name);
      if (
        known?.version === holder.version &&
        known.epoch === accountRecord.version &&
        known.organizationEpoch === guardedBy(identity)?.version
      )
        return known.policies;
      const found = await shared.of(reader, identity);
      const policies = policiesOf(identity, found);
      const epochs = { epoch: found.account.epoch, organizationEpoch: found.organization?.epoch };
      assembled.set(name, { version: holder.version, ...epochs, policies }, ownSize(identity));
      return policies;
    },
  };
}

function policiesOf(
  identity: Identity,
  { account, organization, documents }: Shared,
): ApplicablePolicies {
  const serviceControl = organization
    ? guardrailPolicies(account.data, organization.data, documents)
    : [];
  return {
    ...ownPolicies(identity, documents),
    ...(serviceControl.length === 0 ? {} : { serviceControl }),
  };
}
