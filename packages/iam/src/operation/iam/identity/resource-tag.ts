import type { Tag as SdkTag } from "@aws-sdk/client-iam";
import {
  findInstanceProfile,
  instanceProfileTarget,
  saveInstanceProfile,
} from "../../../entity/instance-profile.ts";
import { findMfaDevice, mfaDeviceTarget } from "../../../entity/mfa-device.ts";
import {
  findOidcProvider,
  oidcProviderTarget,
  saveOidcProvider,
} from "../../../entity/oidc-provider.ts";
import { findRole, roleTarget, saveRole } from "../../../entity/role.ts";
import {
  findSamlProvider,
  samlProviderTarget,
  saveSamlProvider,
} from "../../../entity/saml-provider.ts";
import {
  findServerCertificate,
  saveServerCertificate,
  serverCertificateTarget,
} from "../../../entity/server-certificate.ts";
import { mergeTags, removeTags, sdkTags } from "../../../entity/tagging.ts";
import { findUser, updatePrincipal } from "../../../entity/user.ts";
import { userTarget } from "../../../entity/user-description.ts";
import type {
  Operation,
  OperationContext,
  OperationTable,
  Target,
} from "../../../model/operation.ts";
import {
  findCustomerManagedPolicy,
  findPolicy,
  policyTarget,
} from "../../../permission/policy-arn.ts";
import { managedPolicyKey } from "../../../record/managed-policy.ts";
import { mfaDeviceKey } from "../../../record/mfa-device.ts";
import type { Tag } from "../../../record/tag.ts";
import { type PageRequest, slicePage } from "../../../storage/pagination.ts";

/** A resource's tags, and how to save changed ones. */
interface Tagged {
  readonly tags: readonly Tag[];
  readonly save: (tags: readonly Tag[]) => void | Promise<void>;
}

/** The members of an input that can name the resource; each kind has one of them. */
interface Named {
  readonly InstanceProfileName?: string | undefined;
  readonly OpenIDConnectProviderArn: string | undefined;
  readonly PolicyArn?: string | undefined;
  readonly RoleName?: string | undefined;
  readonly SAMLProviderArn: string | undefined;
  readonly SerialNumber: string | undefined;
  readonly ServerCertificateName: string | undefined;
  readonly UserName?: string | undefined;
}

/** The variant of the operations on tags for one kind of resource. */
interface TaggedKind {
  /**
   * The part of the operations' names for the kind, as in `TagRole`, `UntagRole`, `ListRoleTags`.
   */
  readonly noun: string;
  readonly target: (context: OperationContext, input: Named) => Target | Promise<Target>;
  /** @throws {ApiError} `NoSuchEntity` */
  readonly open: (context: OperationContext, input: Named) => Promise<Tagged>;
  /** Present if more resources can be listed than changed, such as AWS managed policies. */
  readonly list?: (context: OperationContext, input: Named) => Promise<readonly Tag[]>;
}

const KINDS: readonly TaggedKind[] = [
  {
    noun: "User",
    target: (context, input) => userTarget(context, input.UserName ?? ""),
    async open(context, input) {
      const user = await findUser(context, input.UserName ?? "");
      const { tags } = user.principal;
      return { tags, save: (changed) => updatePrincipal(context, user, { tags: changed }) };
    },
  },
  {
    noun: "Role",
    target: (context, input) => roleTarget(context, input.RoleName ?? ""),
    async open(context, input) {
      const role = await findRole(context, input.RoleName ?? "");
      return { tags: role.tags, save: (tags) => saveRole(context, { ...role, tags }) };
    },
  },
  {
    noun: "Policy",
    target: policyTarget,
    async open(context, input) {
      const { account, unit } = context;
      const policy = await findCustomerManagedPolicy(context, input.PolicyArn ?? "");
      const key = managedPolicyKey(account, policy.name);
      return { tags: policy.tags, save: (tags) => unit.put(key, { ...policy, tags }) };
    },
    async list(context, input) {
      const found = await findPolicy(context, input.PolicyArn ?? "");
      return found.owner === "account" ? found.record.tags : [];
    },
  },
  {
    noun: "InstanceProfile",
    target: (context, input) => instanceProfileTarget(context, input.InstanceProfileName ?? ""),
    async open(context, input) {
      const profile = await findInstanceProfile(context, input.InstanceProfileName ?? "");
      const { tags } = profile;
      return {
        tags,
        save: (changed) => saveInstanceProfile(context, { ...profile, tags: changed }),
      };
    },
  },
  {
    noun: "OpenIDConnectProvider",
    target: oidcProviderTarget,
    async open(context, input) {
      const provider = await findOidcProvider(context, input);
      const { tags } = provider;
      return { tags, save: (changed) => saveOidcProvider(context, { ...provider, tags: changed }) };
    },
  },
  {
    noun: "SAMLProvider",
    target: samlProviderTarget,
    async open(context, input) {
      const provider = await findSamlProvider(context, input);
      const { tags } = provider;
      return { tags, save: (changed) => saveSamlProvider(context, { ...provider, tags: changed }) };
    },
  },
  {
    noun: "ServerCertificate",
    target: serverCertificateTarget,
    async open(context, input) {
      const record = await findServerCertificate(context, input);
      const { tags } = record;
      return {
        tags,
        save: (changed) => saveServerCertificate(context, { ...record, tags: changed }),
      };
    },
  },
  {
    noun: "MFADevice",
    target: mfaDeviceTarget,
    async open(context, input) {
      const { account, unit } = context;
      const { serial, device } = await findMfaDevice(context, input.SerialNumber);
      const key = mfaDeviceKey(account, serial);
      return { tags: device.tags, save: (tags) => unit.put(key, { ...device, tags }) };
    },
  },
];

/** Three operations on tags for each kind of resource. */
export const resourceTagOperations: OperationTable = Object.fromEntries(
  KINDS.flatMap((kind) => Object.entries(operationsOf(kind))),
);

function operationsOf({ noun, target, open, list }: TaggedKind): OperationTable {
  const tag: Operation<Named & { readonly Tags: readonly SdkTag[] | undefined }> = {
    action: `iam:Tag${noun}`,
    target,
    async run(context, input) {
      const tagged = await open(context, input);
      await tagged.save(mergeTags(tagged.tags, input.Tags));
      return {};
    },
  };
  const untag: Operation<Named & { readonly TagKeys: readonly string[] | undefined }> = {
    action: `iam:Untag${noun}`,
    target,
    async run(context, input) {
      const tagged = await open(context, input);
      await tagged.save(removeTags(tagged.tags, input.TagKeys));
      return {};
    },
  };
  const listTags: Operation<Named & PageRequest> = {
    action: `iam:List${noun}Tags`,
    target,
    async run(context, input) {
      const tags = await (list === undefined
        ? open(context, input).then((tagged) => tagged.tags)
        : list(context, input));
      const { items, ...rest } = slicePage(sdkTags(tags), input);
      return { Tags: [...items], ...rest };
    },
  };
  return { [`Tag${noun}`]: tag, [`Untag${noun}`]: untag, [`List${noun}Tags`]: listTags };
}
