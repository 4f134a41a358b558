// The product in a process of its own, which the soak kills and starts again.
import { ordersLocal } from "@portcullis/example-orders";
import { startLocal } from "@portcullis/local";

const [settings = "{}"] = process.argv.slice(2);
const local = await startLocal(JSON.parse(settings), ordersLocal, { log: () => {} });

process.on("message", () => {
  globalThis.gc?.();
  const { rss, heapUsed } = process.memoryUsage();
  const handles = process.getActiveResourcesInfo().length;
  process.send?.({ rss, heapUsed, handles });
});
process.on("disconnect", () => process.exit(0));
process.send?.({ controlUrl: local.controlUrl, apiUrl: local.apiUrl });
