import {
  AttachRolePolicyCommand,
  CreateRoleCommand,
  type Tag as SdkTag,
} from "@aws-sdk/client-iam";
import { parsePolicy, policySize } from "@portcullis/policy";
import { emptyDocument } from "../../documents/empty-document.ts";
import { DOCUMENT_QUOTAS } from "../../documents/quotas.ts";
import { nameOf } from "../../permissions/permission-choice.ts";
import { type Tag, tagProblem } from "../../tags/tag-changes.ts";
import { type TrustDraft, trustDocument, trustProblems } from "../../trust/trust-draft.ts";
import { type NameAndPath, nameAndPathProblems } from "../../ui/name-and-path.tsx";
import type { Write } from "../../writes/use-writes.ts";

export interface RoleDraft {
  readonly trust: TrustDraft;
  readonly policies: readonly string[];
  readonly boundary: string | undefined;
  readonly names: NameAndPath;
  readonly description: string;
  /** The longest session, 1 to 12. */
  readonly hours: number;
  readonly tags: readonly Tag[];
}

export const newRoleDraft = (account: string): RoleDraft => ({
  trust: {
    way: "account",
    account,
    externalId: "",
    needsMfa: false,
    provider: "",
    audience: "",
    subject: "",
    custom: emptyDocument("trust"),
  },
  policies: [],
  boundary: undefined,
  names: { name: "", path: "/" },
  description: "",
  hours: 1,
  tags: [],
});

/** Why each step of the wizard can't be left yet; undefined when it can. */
export function stepProblems({ trust, names, tags }: RoleDraft): readonly (string | undefined)[] {
  const text = trustDocument(trust);
  const isAccepted = parsePolicy(text, "trust").ok && policySize(text) <= DOCUMENT_QUOTAS.trust;
  const fields = Object.values(trustProblems(trust)).find((problem) => problem !== undefined);
  const { name, path } = nameAndPathProblems(names, 64);
  return [
    fields ?? (isAccepted ? undefined : "The server does not accept this trust policy."),
    undefined,
    name ?? path ?? tagProblem(tags),
  ];
}

/** The boundary is part of the first call, so that the role never is without it. */
export function roleWrites(draft: RoleDraft): readonly Write[] {
  const { names, description, hours, tags, boundary, policies, trust } = draft;
  const { name: RoleName, path: Path } = names;
  return [
    {
      label: `Create role ${RoleName}`,
      command: new CreateRoleCommand({
        RoleName,
        AssumeRolePolicyDocument: trustDocument(trust),
        ...(Path === "/" ? {} : { Path }),
        ...(description === "" ? {} : { Description: description }),
        ...(hours === 1 ? {} : { MaxSessionDuration: hours * 3600 }),
        ...(boundary === undefined ? {} : { PermissionsBoundary: boundary }),
        ...(tags.length === 0 ? {} : { Tags: [...tags] satisfies SdkTag[] }),
      }),
    },
    ...policies.map((PolicyArn) => ({
      label: `Attach ${nameOf(PolicyArn)}`,
      command: new AttachRolePolicyCommand({ RoleName, PolicyArn }),
    })),
  ];
}
