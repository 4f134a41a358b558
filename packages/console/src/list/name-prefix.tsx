import Button from "@cloudscape-design/components/button";
import Token from "@cloudscape-design/components/token";
import { useState } from "react";
import { withHeader } from "../api/with-header.ts";

/** A list command that answers only names that begin with a text, when there is one. */
export const withNamePrefix = <C extends Parameters<typeof withHeader>[0]>(
  command: C,
  prefix: string,
): C => (prefix === "" ? command : withHeader(command, "x-portcullis-name-prefix", prefix));

/** What the server can look for in a list that is not loaded whole. */
export interface NamePrefix {
  readonly prefix: string;
  readonly setPrefix: (prefix: string) => void;
}

export function useNamePrefix(): NamePrefix {
  const [prefix, setPrefix] = useState("");
  return { prefix, setPrefix };
}

/** Offered where nothing that is loaded matches. IAM's names have these characters only. */
export function PrefixOffer({
  text,
  search: { setPrefix },
}: {
  readonly text: string;
  readonly search: NamePrefix;
}) {
  if (!/^[\w+=,.@-]{1,128}$/.test(text)) return null;
  return <Button onClick={() => setPrefix(text)}>Search all names that begin with {text}</Button>;
}

/** Says that only a part of the list is shown, and takes it back. */
export function PrefixToken({ search: { prefix, setPrefix } }: { readonly search: NamePrefix }) {
  if (prefix === "") return null;
  return (
    <Token
      label={`Names that begin with ${prefix}`}
      dismissLabel="Show all names"
      onDismiss={() => setPrefix("")}
    />
  );
}
