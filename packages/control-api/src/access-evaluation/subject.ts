import type { NamedSubject } from "@portcullis/authorizer";
import { iamArn, parseRoleArn, parseUserArn } from "@portcullis/iam/arn";
import { isObject, type JsonObject, Malformed, memberOf, textIn } from "./json.ts";

/** The subject of an evaluation. */
export interface Subject extends NamedSubject {
  /** As the request names it. */
  readonly arn: string;
  /** The user, role or root user that the asker needs permission for. */
  readonly principalArn: string;
}

const LONGEST_ARN = 2048;
const LONGEST_TOKEN = 9000;

type Named = Omit<Subject, "arn" | "session">;

/**
 * Subjects by their type: what an ARN of the type names. A user or a role may be in any path; what
 * is found must have the very ARN.
 */
const TYPES: Readonly<Record<string, (arn: string) => Named | undefined>> = {
  user: (arn) => {
    const user = parseUserArn(arn);
    return (
      user && {
        account: user.account,
        owner: { kind: "user", name: user.name },
        principalArn: arn,
      }
    );
  },
  root: (arn) => {
    const [, account] = /^arn:aws:iam::(\d{12}):root$/.exec(arn) ?? [];
    return account === undefined
      ? undefined
      : { account, owner: { kind: "root" }, principalArn: arn };
  },
  role: (arn) => {
    const role = parseRoleArn(arn);
    return (
      role && {
        account: role.account,
        owner: { kind: "role", name: role.name },
        sessionName: ROLE_SESSION,
        principalArn: arn,
      }
    );
  },
  "assumed-role": (arn) => {
    const [, account, name, sessionName] =
      /^arn:aws:sts::(\d{12}):assumed-role\/([\w+=,.@-]{1,64})\/([\w+=,.@-]{2,64})$/.exec(arn) ??
      [];
    return account === undefined || name === undefined || sessionName === undefined
      ? undefined
      : {
          account,
          owner: { kind: "role", name },
          sessionName,
          principalArn: iamArn(account, `role/${name}`),
        };
  },
};

/** The session name of a role that is asked about without a session. */
const ROLE_SESSION = "access-evaluation";

/** @throws {Malformed} */
export function readSubject(subject: JsonObject): Subject {
  const type = textIn(subject, "type", "subject", 64);
  const arn = textIn(subject, "id", "subject", LONGEST_ARN);
  const read = Object.hasOwn(TYPES, type) ? TYPES[type] : undefined;
  if (read === undefined)
    throw new Malformed(`\`subject.type\` must be one of ${Object.keys(TYPES).join(", ")}.`);
  const named = read(arn);
  if (named === undefined) throw new Malformed(`\`subject.id\` must be the ARN of a ${type}.`);
  const session = sessionIn(subject);
  // Without the token its session policies are not known, which may deny.
  if (session === undefined && type === "assumed-role")
    throw new Malformed(
      "An assumed-role needs `properties` with `access_key_id` and `session_token`. Ask about a role to ignore its session.",
    );
  return { ...named, arn, ...(session === undefined ? {} : { session }) };
}

/** The credentials of the subject's session, which the asker has of the subject's own request. */
function sessionIn(subject: JsonObject): Subject["session"] {
  const properties = memberOf(subject, "properties");
  if (properties === undefined) return undefined;
  if (!isObject(properties)) throw new Malformed("`subject.properties` must be an object.");
  const names = ["access_key_id", "session_token"].filter((name) =>
    Object.hasOwn(properties, name),
  );
  if (names.length === 0) return undefined;
  if (names.length === 1)
    throw new Malformed("`access_key_id` and `session_token` are given together or not at all.");
  return {
    accessKeyId: textIn(properties, "access_key_id", "subject.properties", 128),
    sessionToken: textIn(properties, "session_token", "subject.properties", LONGEST_TOKEN),
  };
}
