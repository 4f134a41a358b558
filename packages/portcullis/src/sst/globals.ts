/** SST's components and Pulumi's AWS provider, which SST makes global in an app's own files only. */
export interface SstGlobals {
  readonly sst: unknown;
  readonly aws: unknown;
}

// The build replaces the globals in the components by these.
export let sst: unknown;
export let aws: unknown;

/** Passes SST's globals to the components. Call it first: `useSst({ sst, aws })`. */
export function useSst(globals: SstGlobals): void {
  ({ sst, aws } = globals);
}
