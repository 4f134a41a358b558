import { parseRoute } from "@portcullis/authorizer/route";
import type { SourceFile } from "./source-files.ts";

export interface FoundRoutes {
  /** Route keys, such as `GET /orders/{orderId}`, in the order of the files. */
  readonly routes: readonly string[];
  /** Some are of routers: what those are mounted at is not known. */
  readonly hasRouters: boolean;
}

const APP = /(?:const|let|var)\s+(\w+)[^=\n]*=\s*(?:express\(|new\s+Hono\b)/g;
const ROUTER = /(?:const|let|var)\s+(\w+)[^=\n]*=\s*(?:express\.)?Router\(/g;
const CALL = /\b(\w+)\s*\.(get|post|put|patch|delete|all)\(\s*(["'`])(\/[^"'`\n]*)\3/g;
const SST_ROUTE = /\.route\(\s*["'`]([A-Z]+ \/[^"'`\n$]*)["'`]/g;

/** The routes of Express and Hono apps, as far as their texts show them. */
export function routesOfApp(sources: readonly SourceFile[]): FoundRoutes {
  const routes = new Set<string>();
  let hasRouters = false;
  for (const { text } of sources) {
    const apps = namesIn(text, APP);
    const routers = namesIn(text, ROUTER);
    for (const [, receiver = "", method = "", , path = ""] of text.matchAll(CALL)) {
      if (!apps.has(receiver) && !routers.has(receiver)) continue;
      const key = routeKeyOf(method === "all" ? "ANY" : method.toUpperCase(), path);
      if (key === undefined) continue;
      routes.add(key);
      if (routers.has(receiver)) hasRouters = true;
    }
  }
  return { routes: [...routes], hasRouters };
}

/** The routes of `api.route("GET /orders", ...)` in an SST app. */
export function routesOfGateway(sources: readonly SourceFile[]): FoundRoutes {
  const found = sources.flatMap(({ text }) =>
    [...text.matchAll(SST_ROUTE)].flatMap(([, key = ""]) => (isRoute(key) ? [key] : [])),
  );
  return { routes: [...new Set(found)], hasRouters: false };
}

/** The file that makes the app. */
export const appFile = (sources: readonly SourceFile[]): SourceFile | undefined =>
  sources.find(({ text }) => namesIn(text, APP).size > 0);

/** The variable that holds the app. */
export const appName = ({ text }: SourceFile): string => [...namesIn(text, APP)][0] ?? "app";

function namesIn(text: string, pattern: RegExp): ReadonlySet<string> {
  return new Set([...text.matchAll(pattern)].flatMap(([, name]) => (name ? [name] : [])));
}

/** Undefined for patterns that no gateway could route by. */
function routeKeyOf(method: string, path: string): string | undefined {
  const plain = path.length > 1 ? path.replace(/\/$/, "") : path;
  const key = `${method} ${plain.replace(/:(\w+)(?=\/|$)/g, "{$1}")}`;
  return /[:*?+()$]/.test(key) || !isRoute(key) ? undefined : key;
}

function isRoute(key: string): boolean {
  try {
    parseRoute(key);
    return true;
  } catch (error) {
    if (error instanceof TypeError) return false;
    throw error;
  }
}
