/**
 * A Lambda sandbox in miniature: loads the bundle that it is given and answers its parent's events
 * one by one. Usage: fork of runtime.ts <bundle.mjs>
 */
import { pathToFileURL } from "node:url";

const bundle: { handler(event: unknown, context: object): Promise<unknown> } = await import(
  pathToFileURL(process.argv[2] ?? "").href
);

process.on("message", ({ id, event }: { id: number; event: unknown }) => {
  const context = {
    functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
    getRemainingTimeInMillis: () => 30_000,
  };
  Promise.resolve()
    .then(() => bundle.handler(event, context))
    .then(
      (result) => process.send?.({ id, result }),
      (error: unknown) =>
        process.send?.({ id, error: error instanceof Error ? error.message : String(error) }),
    );
});
process.send?.({ id: 0 });
