// A cold function: loads a bundle, answers one event twice, and says how long each took and which
// of Node's own modules it loaded before its first answer.
import { pathToFileURL } from "node:url";

const [, , bundle, event] = process.argv;
const url = pathToFileURL(bundle).href;
const asked = JSON.parse(event);
const processor = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};
// The first use of either loads modules of Node's.
performance.now();
processor();
const before = new Set(process.moduleLoadList);
const busyBefore = processor();
const started = performance.now();
const { handler } = await import(url);
const loaded = performance.now();
const first = await handler(asked, {});
const answered = performance.now();
const busy = processor() - busyBefore;
const builtIns = process.moduleLoadList.flatMap((module) =>
  before.has(module) || !module.startsWith("NativeModule ")
    ? []
    : module.slice("NativeModule ".length),
);
const asking = performance.now();
const second = await handler(asked, {});
const times = {
  load: loaded - started,
  toFirst: answered - started,
  processor: busy,
  second: performance.now() - asking,
};
process.stdout.write(
  `${JSON.stringify({ times, builtIns, allowed: first.isAuthorized && second.isAuthorized })}\n`,
  () => process.exit(0),
);
