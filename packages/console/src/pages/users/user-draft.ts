import {
  type AccessKey,
  AttachUserPolicyCommand,
  CreateAccessKeyCommand,
  CreateLoginProfileCommand,
  CreateUserCommand,
} from "@aws-sdk/client-iam";
import {
  NO_PERMISSIONS,
  type PermissionChoice,
  permissionWrites,
} from "../../permissions/permission-choice.ts";
import { generatePassword } from "../../secrets/generate-password.ts";
import { newPassword, type PasswordChoice } from "../../secrets/password-fields.tsx";
import type { Secrets } from "../../secrets/secrets-view.tsx";
import { type Tag, tagProblem } from "../../tags/tag-changes.ts";
import { pathProblem } from "../../ui/entity-name.ts";
import type { Write } from "../../writes/use-writes.ts";
import { nameProblem } from "./user-name.ts";

/** Users to be made: what the wizard's steps collect. */
export interface UserDraft {
  /** As typed: one name a line. */
  readonly names: string;
  readonly path: string;
  readonly tags: readonly Tag[];
  readonly canSignIn: boolean;
  readonly password: PasswordChoice;
  /** Whether who must change a password may do so. */
  readonly mayChangePassword: boolean;
  readonly hasAccessKey: boolean;
  readonly permissions: PermissionChoice;
}

export const newDraft = (): UserDraft => ({
  names: "",
  path: "/",
  tags: [],
  canSignIn: true,
  password: newPassword(),
  mayChangePassword: true,
  hasAccessKey: false,
  permissions: NO_PERMISSIONS,
});

/** More than this in one go would take minutes. */
const MOST_NAMES = 100;

export const namesOf = ({ names }: Pick<UserDraft, "names">): readonly string[] => [
  ...new Set(names.split(/[\n,]/).flatMap((name) => name.trim() || [])),
];

export interface DraftProblems {
  readonly names?: string | undefined;
  readonly path?: string | undefined;
  readonly tags?: string | undefined;
  readonly password?: string | undefined;
}

export function draftProblems(draft: UserDraft): DraftProblems {
  const { path, tags, canSignIn, password } = draft;
  return {
    names: namesProblem(namesOf(draft)),
    path: pathProblem(path),
    tags: tagProblem(tags),
    password: canSignIn && password.password === "" ? "Enter a password." : undefined,
  };
}

function namesProblem(names: readonly string[]): string | undefined {
  if (names.length === 0) return "Enter a name.";
  if (names.length > MOST_NAMES) return `${MOST_NAMES} users at a time at most.`;
  for (const name of names) {
    const problem = nameProblem(name);
    if (problem !== undefined) return names.length === 1 ? problem : `${name}: ${problem}`;
  }
  return undefined;
}

const CHANGE_PASSWORD = "arn:aws:iam::aws:policy/IAMUserChangePassword";

/**
 * The calls that make the users. Permissions come before credentials, so that nobody can sign in to
 * half of a user.
 * @param onSecret is told each secret as soon as it is made
 */
export function draftWrites(
  draft: UserDraft,
  passwords: ReadonlyMap<string, string>,
  onSecret: (secrets: Secrets) => void,
): readonly Write[] {
  const { path, tags, canSignIn, password, mayChangePassword, hasAccessKey } = draft;
  const { boundary, ...permissions } = draft.permissions;
  return namesOf(draft).flatMap((UserName) => [
    {
      label: `Create user ${UserName}`,
      command: new CreateUserCommand({
        UserName,
        ...(path === "/" ? {} : { Path: path }),
        ...(tags.length === 0 ? {} : { Tags: [...tags] }),
        ...(boundary === undefined ? {} : { PermissionsBoundary: boundary }),
      }),
    },
    ...permissionWrites(UserName, { ...permissions, boundary: undefined }),
    ...(canSignIn && password.mustChange && mayChangePassword
      ? [
          {
            label: `Let ${UserName} change the password`,
            command: new AttachUserPolicyCommand({ UserName, PolicyArn: CHANGE_PASSWORD }),
          },
        ]
      : []),
    ...(canSignIn ? [passwordWrite(UserName, password, passwords, onSecret)] : []),
    ...(hasAccessKey ? [keyWrite(UserName, onSecret)] : []),
  ]);
}

function passwordWrite(
  UserName: string,
  { mustChange }: PasswordChoice,
  passwords: ReadonlyMap<string, string>,
  onSecret: (secrets: Secrets) => void,
): Write {
  const Password = passwords.get(UserName) ?? "";
  return {
    label: `Set a password for ${UserName}`,
    command: new CreateLoginProfileCommand({
      UserName,
      Password,
      PasswordResetRequired: mustChange,
    }),
    onDone: () => onSecret({ userName: UserName, password: Password }),
  };
}

const keyWrite = (UserName: string, onSecret: (secrets: Secrets) => void): Write => ({
  label: `Create an access key for ${UserName}`,
  command: new CreateAccessKeyCommand({ UserName }),
  onDone: ({ AccessKey }: { AccessKey: AccessKey }) =>
    onSecret({
      userName: UserName,
      accessKeyId: AccessKey.AccessKeyId ?? "",
      secretAccessKey: AccessKey.SecretAccessKey ?? "",
    }),
});

/** A password for each user: generated ones differ. */
export const draftPasswords = (draft: UserDraft): ReadonlyMap<string, string> =>
  new Map(
    namesOf(draft).map((name) => [
      name,
      draft.password.isGenerated ? generatePassword() : draft.password.password,
    ]),
  );
