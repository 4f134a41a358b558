import { entityNameProblem } from "../../ui/entity-name.ts";

/** Why a user's name can't be taken; undefined when it can. */
export const nameProblem = (name: string): string | undefined => entityNameProblem(name, 64);
