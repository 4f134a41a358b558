/** Runs `stop` at the first signal that asks the process to end, and then ends it with code 0. */
export function untilStopped(stop: () => Promise<void>, fail: (error: unknown) => never): void {
  let stopping = false;
  const onSignal = () => {
    if (stopping) return;
    stopping = true;
    stop().then(() => process.exit(0), fail);
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, onSignal);
}
