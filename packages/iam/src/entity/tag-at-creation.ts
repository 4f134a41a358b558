import type { Requirement, Target } from "../model/operation.ts";

/**
 * Returns the additional requirement to create a resource with tags: permission for the service's
 * tagging action, since tags decide access (IAM UG/id_tags, Organizations UG/orgs_tagging).
 */
export const tagAtCreation = (
  action: string,
  target: Target,
  tags: readonly unknown[] | undefined,
): readonly Requirement[] => (tags?.length ? [{ action, target }] : []);
