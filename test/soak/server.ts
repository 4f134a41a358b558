// The product in a process of its own, which the soak kills and starts again.
import { ordersLocal } from "@portcullis/example-orders";
import { startLocal } from "@portcullis/local";
import { readConsoleFiles } from "@portcullis/local/console";
import { installSteppedClock } from "./clock.ts";

const [text = "{}"] = process.argv.slice(2);
const { consoleDirectory, clockOffset, ...settings } = JSON.parse(text);
const clock = installSteppedClock();
clock.step(clockOffset);
const local = await startLocal(settings, ordersLocal, {
  log: () => {},
  console: async () => readConsoleFiles(consoleDirectory),
});

process.on("message", (message: "memory" | { readonly clock: number }) => {
  if (message !== "memory") {
    clock.step(message.clock);
    return;
  }
  globalThis.gc?.();
  const { rss, heapUsed } = process.memoryUsage();
  const handles = process.getActiveResourcesInfo().length;
  process.send?.({ rss, heapUsed, handles });
});
process.on("disconnect", () => process.exit(0));
process.send?.({ controlUrl: local.controlUrl, apiUrl: local.apiUrl });
