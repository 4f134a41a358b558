import { ordersLocal } from "@portcullis/example-orders";
import { runInstallation } from "./run.ts";

// `npm start`: serves the sample API and its control API until stopped.
await runInstallation(process.env, ordersLocal);
