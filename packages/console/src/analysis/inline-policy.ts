import { nameOf } from "../permissions/permission-choice.ts";

/** An inline policy, or a role's trust policy under the name `trust`. */
export interface InlinePolicy {
  readonly kind: "user" | "role" | "group";
  readonly owner: string;
  readonly name: string;
}

const INLINE = /^arn:[^:]*:iam::\d{12}:(user|role|group)\/(.+)\/([^/]+)$/;

/** What the analysis calls `<owner's ARN>/<name>`; undefined: it is a managed policy's ARN. */
export function inlinePolicyOf(policy: string): InlinePolicy | undefined {
  const [, kind, path = "", name = ""] = INLINE.exec(policy) ?? [];
  return kind === "user" || kind === "role" || kind === "group"
    ? { kind, owner: nameOf(path), name }
    : undefined;
}
