import type { Principal } from "../../packages/policy/src/model/request-context.ts";

/** A request with its documents, as JSON has them. */
export type Texts = string | readonly string[];
type Principals = "*" | { readonly [type: string]: Texts };
export interface Statement {
  readonly Effect: "Allow" | "Deny";
  readonly Principal?: Principals;
  readonly NotPrincipal?: Principals;
  readonly Action?: Texts;
  readonly NotAction?: Texts;
  readonly Resource?: Texts;
  readonly NotResource?: Texts;
  readonly Condition?: { readonly [operator: string]: { readonly [key: string]: Texts } };
}
export interface Document {
  readonly Version?: string;
  readonly Statement: readonly Statement[];
}
export interface Request {
  readonly principal: Principal;
  readonly action: string;
  readonly resource: string;
  readonly resourceAccount?: string;
  readonly context: { readonly [key: string]: Texts };
  readonly identity: readonly Document[];
  readonly boundary?: readonly Document[];
  readonly session?: readonly Document[];
  readonly serviceControl?: readonly (readonly Document[])[];
  readonly ofResource?: readonly Document[];
  /** Whether the resource's policies are a role's trust policy. */
  readonly trust?: boolean;
}

export const list = (texts: Texts = []): readonly string[] =>
  typeof texts === "object" ? texts.map(String) : [String(texts)];

export const own = (context: Request["context"], key: string) =>
  Object.hasOwn(context, key.toLowerCase()) ? context[key.toLowerCase()] : undefined;
