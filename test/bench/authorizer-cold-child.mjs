// A cold function: loads a bundle, answers one event twice, and says how long each took.
import { pathToFileURL } from "node:url";

const [, , bundle, event] = process.argv;
const url = pathToFileURL(bundle).href;
const asked = JSON.parse(event);
const started = performance.now();
const { handler } = await import(url);
const loaded = performance.now();
const first = await handler(asked, {});
const answered = performance.now();
const second = await handler(asked, {});
const times = {
  load: loaded - started,
  toFirst: answered - started,
  second: performance.now() - answered,
};
process.stdout.write(
  `${JSON.stringify({ times, allowed: first.isAuthorized && second.isAuthorized })}\n`,
  () => process.exit(0),
);
