import type { ActionReference, Service } from "@portcullis/analysis";

/** AWS's access levels, in the order in which AWS lists them. */
export const LEVELS = ["List", "Read", "Write", "Permissions management", "Tagging"] as const;

export type Level = (typeof LEVELS)[number];

/** The actions of a service at one level. */
export interface LevelActions {
  readonly level: Level;
  /** Such as `GetOrder`, in the order of the alphabet. */
  readonly names: readonly string[];
  /** The fewest patterns that match these actions and no others of the service. */
  readonly patterns: readonly string[];
}

function levelOf({ Annotations }: ActionReference): Level {
  const { IsList, IsWrite, IsPermissionManagement, IsTaggingOnly } = Annotations?.Properties ?? {};
  if (IsPermissionManagement === true) return "Permissions management";
  if (IsTaggingOnly === true) return "Tagging";
  return IsList === true ? "List" : IsWrite === true ? "Write" : "Read";
}

/** A service's actions by level. Levels without any are left out. */
export function actionsByLevel({ prefix, actions }: Service): readonly LevelActions[] {
  const all = [...actions.values()];
  return LEVELS.flatMap((level) => {
    const names = all
      .filter((action) => levelOf(action) === level)
      .map(({ Name }) => Name)
      .sort();
    if (names.length === 0) return [];
    return [{ level, names, patterns: patternsOf(prefix, names, all) }];
  });
}

/** `Get*` for all that begin with the verb, where no action of another level begins so. */
function patternsOf(
  prefix: string,
  names: readonly string[],
  all: readonly ActionReference[],
): readonly string[] {
  const own = new Set(names);
  const patterns = names.map((name) => {
    const verb = /^[A-Z]?[a-z0-9]+/.exec(name)?.[0] ?? name;
    const alike = all.filter(({ Name }) => Name.startsWith(verb));
    const isOwn = alike.length > 1 && alike.every(({ Name }) => own.has(Name));
    return `${prefix}:${isOwn ? `${verb}*` : name}`;
  });
  return [...new Set(patterns)];
}
