/** The steps that take an installation down, in reverse order of its start. */
export interface Shutdown {
  add(step: () => Promise<void> | void): void;
  /** Runs every step once; a second call does nothing. */
  run(): Promise<void>;
}

/** A list of steps that stop an installation, in reverse order of their addition. */
export function createShutdown(): Shutdown {
  const steps: (() => Promise<void> | void)[] = [];
  return {
    add: (step) => void steps.push(step),
    async run() {
      for (const step of steps.splice(0).reverse()) await step();
    },
  };
}
