import Autosuggest from "@cloudscape-design/components/autosuggest";
import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import FormField from "@cloudscape-design/components/form-field";
import Header from "@cloudscape-design/components/header";
import Select from "@cloudscape-design/components/select";
import SpaceBetween from "@cloudscape-design/components/space-between";
import type { ActionAccess } from "@portcullis/analysis";
import { type FormEvent, useMemo, useState } from "react";
import { useSearchParams } from "react-router";
import { LeftOut } from "../../analysis/left-out.tsx";
import type { KnownServices } from "../../analysis/service-references.ts";
import type { ReadAccount } from "../../analysis/use-account.ts";
import { useAnswer } from "../../analysis/use-answer.ts";
import { rolePath } from "../../app/paths.ts";
import { PagedTable } from "../../list/paged-table.tsx";
import { wholeListing } from "../../list/whole-listing.ts";
import { nameOf } from "../../permissions/permission-choice.ts";
import { Empty } from "../../ui/panel.tsx";
import { RouterLink } from "../../ui/router-link.tsx";
import { AccessMark, WHAT_COLUMNS } from "./columns.tsx";

/** More suggestions would slow down each key. */
const SUGGESTED = 50;

const SHOWN = [
  { value: "can", label: "What it can do" },
  { value: "all", label: "All actions" },
] as const;

const idOf = ({ action }: ActionAccess): string => action;
const textOf = ({ action, resources, accessLevel }: ActionAccess): string =>
  [action, accessLevel, ...resources].join(" ");

/** What a user or role can do over the actions of the protected APIs: `?tab=what&principal=`. */
export function WhatCanTab({
  read,
  known,
}: {
  readonly read: ReadAccount;
  readonly known: KnownServices;
}) {
  const { services = [] } = known;
  const [params, setParams] = useSearchParams();
  const principal = params.get("principal") ?? "";
  const shown = SHOWN.find(({ value }) => value === params.get("show")) ?? SHOWN[0];
  const isAsked = read.principals.includes(principal);
  const answer = useAnswer(
    read,
    "whatCan",
    isAsked && known.services !== undefined ? { principal, services } : undefined,
  );
  const { data } = answer;
  const items = useMemo(
    () => data?.actions.filter(({ access }) => shown.value === "all" || access !== "denied") ?? [],
    [data, shown],
  );
  return (
    <SpaceBetween size="l">
      <PrincipalForm
        key={principal}
        principal={principal}
        principals={read.principals}
        onAsk={(next) => setParams({ tab: "what", principal: next })}
      />
      {isAsked && (
        <SpaceBetween size="l">
          <PagedTable
            title="Actions"
            what="actions"
            description="Of the services of the protected APIs. Resources are as the policies spell them."
            listing={wholeListing(answer, items)}
            columns={WHAT_COLUMNS}
            defaultSort="action"
            idOf={idOf}
            textOf={textOf}
            statePrefix="actions-"
            filters={
              <Select
                ariaLabel="Shown actions"
                options={SHOWN}
                selectedOption={shown}
                onChange={({ detail }) => {
                  const next = new URLSearchParams(params);
                  next.set("show", detail.selectedOption.value ?? "can");
                  setParams(next, { replace: true });
                }}
              />
            }
            isFiltered={true}
            empty={
              services.length === 0
                ? "The installation tells no actions of its APIs."
                : "It can do none of these actions."
            }
          />
          <Container header={<Header variant="h2">Roles that it can assume</Header>}>
            {data === undefined ? (
              <Empty>{answer.isLoading ? "They are looked for." : "They are not known."}</Empty>
            ) : data.roles.length === 0 ? (
              <Empty>None.</Empty>
            ) : (
              <ul className="grants">
                {data.roles.map(({ role, access }) => (
                  <li key={role}>
                    <RouterLink to={rolePath(nameOf(role))}>
                      <span className="break">{nameOf(role)}</span>
                    </RouterLink>{" "}
                    <AccessMark access={access} keys={[]} />
                  </li>
                ))}
              </ul>
            )}
          </Container>
        </SpaceBetween>
      )}
      <LeftOut
        header="What the answer leaves out"
        sentences={[...read.leftOut, ...known.leftOut]}
      />
    </SpaceBetween>
  );
}

function PrincipalForm({
  principal,
  principals,
  onAsk,
}: {
  readonly principal: string;
  readonly principals: readonly string[];
  readonly onAsk: (principal: string) => void;
}) {
  const [text, setText] = useState(principal);
  const [isSubmitted, setSubmitted] = useState(false);
  const options = useMemo(() => {
    const wanted = text.toLowerCase();
    const found: { value: string }[] = [];
    for (const value of principals) {
      if (found.length >= SUGGESTED) break;
      if (value.toLowerCase().includes(wanted)) found.push({ value });
    }
    return found;
  }, [text, principals]);
  const [first] = options;
  // A part of the name is enough when it is of one alone.
  const chosen = principals.includes(text) ? text : options.length === 1 ? first?.value : undefined;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setSubmitted(true);
    if (chosen !== undefined) onAsk(chosen);
  };
  return (
    <form onSubmit={submit} noValidate={true}>
      <Container>
        <div className="question">
          <FormField
            label="User or role"
            errorText={
              isSubmitted &&
              chosen === undefined &&
              "Choose one of the users and roles that were read."
            }
          >
            <Autosuggest
              value={text}
              options={options}
              filteringType="manual"
              placeholder="Type a part of its name"
              enteredTextLabel={(value) => `Use ${value}`}
              onChange={({ detail }) => setText(detail.value.trim())}
            />
          </FormField>
          <Button variant="primary">Find out</Button>
        </div>
      </Container>
    </form>
  );
}
