import type { Command } from "./operation.ts";

interface Extensible extends Command {
  readonly middlewareStack: {
    // biome-ignore lint/suspicious/noExplicitAny: each command types its own stack
    add: any;
  };
}

interface Given {
  readonly request: { readonly headers: Record<string, string> };
}

/** The same command, sent with a header that AWS's API does not have. */
export function withHeader<C extends Extensible>(command: C, name: string, value: string): C {
  const middleware = (next: (given: Given) => unknown) => (given: Given) => {
    given.request.headers[name] = value;
    return next(given);
  };
  command.middlewareStack.add(middleware, { step: "build", name: `header ${name}` });
  return command;
}
