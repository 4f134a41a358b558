// A warm function: answers one event as often as it is told to, and says how long that took.
import { pathToFileURL } from "node:url";

const [, , bundle] = process.argv;
const { handler } = await import(pathToFileURL(bundle).href);
process.on("message", async ({ event, times }) => {
  const latencies = [];
  const before = process.cpuUsage();
  for (let at = 0; at < times; at++) {
    const started = performance.now();
    const { isAuthorized } = await handler(event, {});
    if (!isAuthorized) throw new Error("a decision of the benchmark was no allow");
    latencies.push(performance.now() - started);
  }
  const { user, system } = process.cpuUsage(before);
  process.send({ latencies, microseconds: (user + system) / times });
});
