/**
 * A clock of this process that can be stepped, forwards and back. Only the soak's server uses it:
 * the product has no such switch.
 */
export interface SteppedClock {
  /** From now on the clock is ahead of the machine's by this, or behind it if negative. */
  step(offsetMilliseconds: number): void;
}

/** Replaces the global `Date` by one that `step` moves. */
export function installSteppedClock(): SteppedClock {
  const RealDate = Date;
  let offset = 0;
  const now = () => RealDate.now() + offset;
  const Stepped = new Proxy(RealDate, {
    construct: (target, parameters, newTarget) =>
      Reflect.construct(target, parameters.length === 0 ? [now()] : parameters, newTarget),
    apply: () => new RealDate(now()).toString(),
    get: (target, name, receiver) => (name === "now" ? now : Reflect.get(target, name, receiver)),
  });
  globalThis.Date = Stepped;
  return {
    step(offsetMilliseconds) {
      offset = offsetMilliseconds;
    },
  };
}
