// An installation in a process of its own that measures how long its event loop is blocked.
import { startInstallation } from "../harness.ts";

const [, , dataDirectory = ":memory:"] = process.argv;
const installation = await startInstallation({ dataDirectory });

/**
 * Processor time of the main thread between two turns of the event loop. Processor time, because
 * other processes of a loaded machine must not count.
 */
let longestMilliseconds = 0;
let before = process.threadCpuUsage();
setInterval(() => {
  const { user, system } = process.threadCpuUsage(before);
  before = process.threadCpuUsage();
  longestMilliseconds = Math.max(longestMilliseconds, (user + system) / 1000);
}, 1);

let takenAt = process.cpuUsage();

process.on("message", (message) => {
  if (message === "stop") {
    void installation.stop().then(() => process.exit(0));
    return;
  }
  if (message === "block") {
    const until = process.threadCpuUsage().user + 150_000;
    while (process.threadCpuUsage().user < until);
    return;
  }
  const { user, system } = process.cpuUsage(takenAt);
  process.send?.({
    longestMilliseconds,
    processorMilliseconds: (user + system) / 1000,
    megabytes: process.resourceUsage().maxRSS / 1024,
    reasons: installation.decisions.map((line) => line.reason),
  });
  longestMilliseconds = 0;
  takenAt = process.cpuUsage();
});
process.on("disconnect", () => process.exit(0));
process.send?.({
  controlUrl: installation.local.controlUrl,
  apiUrl: installation.local.apiUrl,
  dynamodbEndpoint: installation.local.dynamodbEndpoint,
  account: installation.account,
  root: installation.root,
});
