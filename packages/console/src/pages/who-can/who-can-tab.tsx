import SpaceBetween from "@cloudscape-design/components/space-between";
import type { PrincipalAccess } from "@portcullis/analysis";
import { useState } from "react";
import { useSearchParams } from "react-router";
import { LeftOut } from "../../analysis/left-out.tsx";
import type { KnownServices } from "../../analysis/service-references.ts";
import type { ReadAccount } from "../../analysis/use-account.ts";
import { useAnswer } from "../../analysis/use-answer.ts";
import { PagedTable } from "../../list/paged-table.tsx";
import { wholeListing } from "../../list/whole-listing.ts";
import { Status } from "../../ui/status.tsx";
import { WHO_COLUMNS } from "./columns.tsx";
import { QuestionForm } from "./question-form.tsx";

const idOf = ({ principal }: PrincipalAccess): string => principal;
const textOf = ({ principal, roles, grants }: PrincipalAccess): string =>
  [principal, ...roles, ...grants.map(({ policy, group }) => `${policy} ${group ?? ""}`)].join(" ");

/** Which principals can do an action on a resource: `?action=&resource=`. */
export function WhoCanTab({
  read,
  known,
}: {
  readonly read: ReadAccount;
  readonly known: KnownServices;
}) {
  const { services = [] } = known;
  const [params, setParams] = useSearchParams();
  const action = params.get("action") ?? "";
  const resource = params.get("resource") ?? "";
  const isAsked = action !== "" && resource !== "";
  const answer = useAnswer(read, "whoCan", isAsked ? { action, resource } : undefined);
  // The form begins again with the question of a link that is followed on this page.
  const [asked, setAsked] = useState(0);
  const { data } = answer;
  return (
    <SpaceBetween size="l">
      <QuestionForm
        key={asked}
        action={action}
        resource={resource}
        services={services}
        onAsk={(next) => {
          setParams({ action: next.action, resource: next.resource });
          setAsked(asked + 1);
        }}
      />
      {isAsked && (
        <SpaceBetween size="l">
          {data !== undefined && (
            <Status type={data.root ? "info" : "stopped"} label="Root user">
              {data.root
                ? "The root user can do it, too: no policy of the account limits it."
                : "The root user can't do it."}
            </Status>
          )}
          <PagedTable
            title="Principals"
            what="principals"
            description={`Of ${read.principals.length.toLocaleString("en")} users and roles.`}
            listing={wholeListing(answer, data?.principals)}
            columns={WHO_COLUMNS}
            defaultSort="principal"
            idOf={idOf}
            textOf={textOf}
            empty="No user or role of the account can do it."
          />
        </SpaceBetween>
      )}
      <LeftOut
        header="What the answer leaves out"
        sentences={[
          ...read.leftOut,
          "Principals of other accounts are left out: a trust policy or an API's policy may let them in.",
        ]}
      />
    </SpaceBetween>
  );
}
