import type { Requirement, Target } from "../model/operation.ts";

/**
 * Who makes something with tags needs the permission to tag it, too: tags decide what others may do with it
 * (IAM UG/id_tags, Organizations UG/orgs_tagging).
 */
export const tagAtCreation = (
  action: string,
  target: Target,
  tags: readonly unknown[] | undefined,
): readonly Requirement[] => (tags?.length ? [{ action, target }] : []);
