import {
  CreatePolicyVersionCommand,
  DeletePolicyVersionCommand,
  GetPolicyCommand,
  GetPolicyVersionCommand,
  GetRoleCommand,
  ListPolicyVersionsCommand,
  type PolicyVersion,
  UpdateAssumeRolePolicyCommand,
} from "@aws-sdk/client-iam";
import type { PolicyKind } from "@portcullis/policy";
import { iam } from "../api/clients.ts";
import { describeFailure } from "../api/errors.ts";
import { policyPath, rolePath, versionPath } from "../app/paths.ts";
import { nameOf } from "../permissions/permission-choice.ts";
import type { Crumb } from "../ui/page.tsx";
import type { Write } from "../writes/use-writes.ts";
import type { HolderKind } from "./addresses.ts";
import { replacing, type StoredDocument, storedDocument } from "./document.ts";
import { type CallOptions, HOLDERS } from "./holders.ts";
import { DOCUMENT_QUOTAS } from "./quotas.ts";
import { type Touched, touchedByHolder, touchedByPolicy } from "./touched.ts";

/** A document that the editor's page can read and write. */
export interface DocumentTarget {
  /** In a sentence, such as `policy orders`. */
  readonly what: string;
  readonly kind: PolicyKind;
  readonly quota: number;
  readonly crumbs: readonly Crumb[];
  /** Where the person came from. */
  readonly back: string;
  /** Undefined: there is none of this name yet. */
  readonly read: (options?: CallOptions) => Promise<StoredDocument | undefined>;
  /**
   * The calls that put `text` in the place of `base`; refused when another document is there by
   * now.
   */
  readonly writes: (
    text: string,
    base: StoredDocument | undefined,
    options?: WriteOptions,
  ) => Promise<readonly Write[]>;
  /** Whose permissions a change touches; absent where only its conditions tell. */
  readonly touched?: (signal: AbortSignal) => Promise<Touched>;
  /** Where the version in force before a change can be put back. Absent: there are no versions. */
  readonly rollback?: (base: StoredDocument) => string | undefined;
}

/** What the calls do unless they are told otherwise. */
const IN_FORCE: WriteOptions = { isInForce: true };

export interface WriteOptions {
  /** False: the new version is kept, and the one in force stays. Only where there are versions. */
  readonly isInForce: boolean;
}

export function managedTarget(PolicyArn: string): DocumentTarget {
  const name = nameOf(PolicyArn);
  return {
    what: `policy ${name}`,
    kind: "managed",
    quota: DOCUMENT_QUOTAS.managed,
    crumbs: [
      { text: "Policies", to: "/policies" },
      { text: name, to: policyPath(PolicyArn) },
    ],
    back: policyPath(PolicyArn),
    async read(options = {}) {
      const { Policy } = await iam(new GetPolicyCommand({ PolicyArn }), options);
      const VersionId = Policy?.DefaultVersionId;
      const command = new GetPolicyVersionCommand({ PolicyArn, VersionId });
      const { PolicyVersion } = await iam(command, options);
      return storedDocument(PolicyVersion?.Document, VersionId);
    },
    touched: (signal) => touchedByPolicy(PolicyArn, signal),
    rollback: ({ version }) => version && versionPath(PolicyArn, version),
    async writes(PolicyDocument, base, { isInForce } = IN_FORCE) {
      const command = new CreatePolicyVersionCommand({
        PolicyArn,
        PolicyDocument,
        SetAsDefault: isInForce,
      });
      return [
        ...(await spaceFor(PolicyArn)),
        { label: `Create a version of ${name}`, command: replacing(command, base) },
      ];
    },
  };
}

const MOST_VERSIONS = 5;

/** A policy has five versions at most: the oldest that is not the default goes first. */
async function spaceFor(PolicyArn: string): Promise<readonly Write[]> {
  const { Versions = [] } = await iam(new ListPolicyVersionsCommand({ PolicyArn }));
  if (Versions.length < MOST_VERSIONS) return [];
  const others = Versions.filter(({ IsDefaultVersion }) => IsDefaultVersion !== true);
  // By number: several can be of one second.
  const oldest = others.reduce((one, other) => (numberOf(other) < numberOf(one) ? other : one));
  const { VersionId = "" } = oldest;
  return [
    {
      label: `Delete version ${VersionId}, the oldest: a policy has five at most`,
      command: new DeletePolicyVersionCommand({ PolicyArn, VersionId }),
      doneWhen: ["NoSuchEntity"],
    },
  ];
}

const numberOf = ({ VersionId = "" }: PolicyVersion): number => Number(VersionId.slice(1));

export function trustTarget(RoleName: string): DocumentTarget {
  return {
    what: `the trust policy of ${RoleName}`,
    kind: "trust",
    quota: DOCUMENT_QUOTAS.trust,
    crumbs: [
      { text: "Roles", to: "/roles" },
      { text: RoleName, to: rolePath(RoleName) },
    ],
    back: `${rolePath(RoleName)}?tab=trust`,
    async read(options = {}) {
      const { Role } = await iam(new GetRoleCommand({ RoleName }), options);
      return storedDocument(Role?.AssumeRolePolicyDocument);
    },
    async writes(PolicyDocument, base) {
      const command = new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument });
      return [
        { label: `Change the trust policy of ${RoleName}`, command: replacing(command, base) },
      ];
    },
  };
}

export function inlineTarget(kind: HolderKind, name: string, policy: string): DocumentTarget {
  const holder = HOLDERS[kind];
  return {
    what: `inline policy ${policy} of ${kind} ${name}`,
    kind: "identity",
    quota: DOCUMENT_QUOTAS[kind],
    crumbs: [holder.list, { text: name, to: holder.page(name) }],
    back: holder.page(name),
    touched: (signal) => touchedByHolder(kind, name, signal),
    async read(options = {}) {
      try {
        return await storedDocument(await holder.document(name, policy, options));
      } catch (error) {
        const { kind: failed, message } = describeFailure(error);
        // The holder itself may be what is missing.
        if (failed === "missing" && message.includes("policy")) return undefined;
        throw error;
      }
    },
    async writes(document, base) {
      const command = holder.put(name, policy, document);
      return [
        {
          label: `Write inline policy ${policy} of ${kind} ${name}`,
          command: replacing(command, base),
        },
      ];
    },
  };
}
