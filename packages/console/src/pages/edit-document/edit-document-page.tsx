import { useNavigate, useSearchParams } from "react-router";
import type { HolderKind } from "../../documents/addresses.ts";
import { HOLDERS } from "../../documents/holders.ts";
import { serviceControlTarget } from "../../documents/service-control-target.ts";
import {
  type DocumentTarget,
  inlineTarget,
  managedTarget,
  trustTarget,
} from "../../documents/targets.ts";
import { Page } from "../../ui/page.tsx";
import { QueryContent } from "../../ui/panel.tsx";
import { useQuery } from "../../ui/use-query.ts";
import { DocumentForm } from "./document-form.tsx";
import { NewInlinePage } from "./new-inline-page.tsx";

/**
 * The editor of one document: `/edit-document?of=policy&arn=`, `?of=trust&name=`,
 * `?of=service-control&policy=`, or `?of=user|group|role&name=&policy=`; without `policy` it makes a
 * new inline policy.
 */
export default function EditDocumentPage() {
  const [params] = useSearchParams();
  const [of, name, arn, policy] = ["of", "name", "arn", "policy"].map((key) => params.get(key));
  if (of === "service-control" && policy)
    return <Editing key={policy} target={serviceControlTarget(policy)} />;
  if (of === "policy" && arn) return <Editing key={arn} target={managedTarget(arn)} />;
  if (of === "trust" && name) return <Editing key={`trust ${name}`} target={trustTarget(name)} />;
  if (isHolder(of) && name && policy)
    return <Editing key={`${of} ${name} ${policy}`} target={inlineTarget(of, name, policy)} />;
  if (isHolder(of) && name) return <NewInlinePage kind={of} name={name} />;
  return <Page title="No such document">This address names no document to edit.</Page>;
}

const isHolder = (of: string | null | undefined): of is HolderKind =>
  typeof of === "string" && Object.hasOwn(HOLDERS, of);

function Editing({ target }: { readonly target: DocumentTarget }) {
  const navigate = useNavigate();
  const query = useQuery(
    async (abortSignal) => ({ base: await target.read({ abortSignal }) }),
    [target.what],
  );
  return (
    <Page title={`Edit ${target.what}`} crumbs={target.crumbs}>
      <QueryContent query={query} what="The document">
        {({ base }) => (
          <DocumentForm target={target} base={base} onDone={() => navigate(target.back)} />
        )}
      </QueryContent>
    </Page>
  );
}
