import { rolePath, userPath } from "../app/paths.ts";

/** Who made a request, as an ARN names them. A session stands for its role. */
export interface NamedPrincipal {
  readonly kind: "user" | "role" | "root" | "other";
  /** Of a user or a role; else the ARN. */
  readonly name: string;
  readonly account: string;
  /** Of a role's session. */
  readonly session?: string | undefined;
  /** Of a user or role, sessions aside. */
  readonly arn: string;
}

const PRINCIPAL = /^arn:aws:(iam|sts)::(\d{12}):(user|role|root|assumed-role)(?:\/(.+))?$/;

export function principalOf(arn: string): NamedPrincipal {
  const [, , account = "", type, path = ""] = PRINCIPAL.exec(arn) ?? [];
  const name = path.slice(path.lastIndexOf("/") + 1);
  if (type === "root") return { kind: "root", name: "Root user", account, arn };
  if (type === "user" || type === "role") return { kind: type, name, account, arn };
  if (type === "assumed-role") {
    const at = path.indexOf("/");
    const role = path.slice(0, at);
    return {
      kind: "role",
      name: role,
      account,
      session: path.slice(at + 1),
      arn: `arn:aws:iam::${account}:role/${role}`,
    };
  }
  return { kind: "other", name: arn, account, arn };
}

/** The page of a user or role, below `/console`. */
export function pageOfPrincipal(
  { kind, name, account }: NamedPrincipal,
  activeAccount: string,
): string | undefined {
  if (account !== activeAccount) return undefined;
  return kind === "user" ? userPath(name) : kind === "role" ? rolePath(name) : undefined;
}

/** What somebody typed for a principal, as an ARN: `user/ana`, `role/shop`, `root`, or an ARN. */
export function typedPrincipal(text: string, account: string): string {
  const typed = text.trim();
  if (typed.startsWith("arn:")) return typed;
  const isNamed = typed === "root" || /^(?:user|role)\//.test(typed);
  return `arn:aws:iam::${account}:${isNamed ? typed : `user/${typed}`}`;
}
