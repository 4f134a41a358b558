/** The remaining budget of a search. One unit is one step of one pattern. It ends at 0. */
export interface Effort {
  left: number;
}

/** Some hundred milliseconds. */
const DEFAULT_EFFORT = 3_000_000;

/** The budget of one check. */
export const effortOf = ({ effort }: { readonly effort?: number | undefined }): Effort => ({
  left: effort ?? DEFAULT_EFFORT,
});
