import { GetRoleCommand, GetUserCommand } from "@aws-sdk/client-iam";
import { iam } from "../api/clients.ts";
import { describeFailure } from "../api/errors.ts";
import { typedPrincipal } from "./principal.ts";

/**
 * The ARN of a principal that somebody typed. The name of a user or role is looked up, since its
 * ARN may have a path. Where it may not be read, or is gone, it is taken to have none.
 */
export async function resolvePrincipal(
  text: string,
  account: string,
  abortSignal: AbortSignal,
): Promise<string> {
  const typed = text.trim();
  const arn = typedPrincipal(typed, account);
  const [, kind, name = ""] = /:(user|role)\/([\w+=,.@-]+)$/.exec(arn) ?? [];
  if (typed.startsWith("arn:") || kind === undefined) return arn;
  try {
    if (kind === "user") {
      const { User } = await iam(new GetUserCommand({ UserName: name }), { abortSignal });
      return User?.Arn ?? arn;
    }
    const { Role } = await iam(new GetRoleCommand({ RoleName: name }), { abortSignal });
    return Role?.Arn ?? arn;
  } catch (error) {
    if (["missing", "denied"].includes(describeFailure(error).kind)) return arn;
    throw error;
  }
}
