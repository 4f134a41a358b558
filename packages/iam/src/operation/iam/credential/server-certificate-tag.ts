import type * as sdk from "@aws-sdk/client-iam";
import {
  findServerCertificate,
  saveServerCertificate,
  serverCertificateTarget,
} from "../../../entity/server-certificate-changes.ts";
import { operation } from "../../../operation.ts";
import { slicePage } from "../../../pagination.ts";
import { mergeTags, removeTags, sdkTags } from "../../../tagging.ts";

export const serverCertificateTagOperations = {
  TagServerCertificate: operation<
    sdk.TagServerCertificateCommandInput,
    sdk.TagServerCertificateCommandOutput
  >({
    action: "iam:TagServerCertificate",
    target: serverCertificateTarget,
    async run(context, input) {
      const record = await findServerCertificate(context, input);
      saveServerCertificate(context, { ...record, tags: mergeTags(record.tags, input.Tags) });
      return {};
    },
  }),

  UntagServerCertificate: operation<
    sdk.UntagServerCertificateCommandInput,
    sdk.UntagServerCertificateCommandOutput
  >({
    action: "iam:UntagServerCertificate",
    target: serverCertificateTarget,
    async run(context, input) {
      const record = await findServerCertificate(context, input);
      saveServerCertificate(context, { ...record, tags: removeTags(record.tags, input.TagKeys) });
      return {};
    },
  }),

  ListServerCertificateTags: operation<
    sdk.ListServerCertificateTagsCommandInput,
    sdk.ListServerCertificateTagsCommandOutput
  >({
    action: "iam:ListServerCertificateTags",
    target: serverCertificateTarget,
    async run(context, input) {
      const record = await findServerCertificate(context, input);
      const { items, ...rest } = slicePage(sdkTags(record.tags), input);
      return { Tags: [...items], ...rest };
    },
  }),
} as const;
