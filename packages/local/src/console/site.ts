import type { IncomingMessage, ServerResponse } from "node:http";
import { cacheControl, securityHeaders } from "@portcullis/console/security-headers";
import type { ConsoleFile, ConsoleFiles } from "./files.ts";

/** Serves the console beside the control API. */
export interface ConsoleSite {
  /** Whether a request is for the console: below `/console`, or `/` in a browser. */
  takes(request: IncomingMessage): boolean;
  serve(request: IncomingMessage, response: ServerResponse): Promise<void>;
}

const HEADERS = securityHeaders({ https: false });

/** @param loading the files; requests wait for them while the console is being built */
export function consoleSite(loading: Promise<ConsoleFiles>): ConsoleSite {
  // Each request that meets the failure reports it.
  loading.catch(() => {});
  return {
    takes: (request) => /^\/console(?:[/?]|$)/.test(request.url ?? "") || isBrowserAtRoot(request),
    async serve(request, response) {
      for (const [name, value] of Object.entries(HEADERS)) response.setHeader(name, value);
      if (request.method !== "GET" && request.method !== "HEAD")
        return text(response.setHeader("allow", "GET, HEAD"), 405, "Method Not Allowed");
      const path = (request.url ?? "/").replace(/[?#].*$/s, "");
      if (path === "/" || path === "/console") return redirect(response, "/console/");
      try {
        const files = await loading;
        const name = path.slice("/console/".length);
        const asset = files.get(name);
        // Addresses of pages are the page's own business; a missing asset is missing.
        const file = asset ?? (name.startsWith("assets/") ? undefined : files.get("index.html"));
        if (file === undefined) return text(response, 404, "Not Found");
        send(request, response, asset === undefined ? "index.html" : name, file);
      } catch (error) {
        text(response, 503, `The console could not be built. ${messageOf(error)}`);
      }
    },
  };
}

/** Clients of the control API post to `/`, or send a presigned query; a browser asks for a page. */
const isBrowserAtRoot = ({ method, url, headers }: IncomingMessage): boolean =>
  method === "GET" && url === "/" && headers.accept?.includes("text/html") === true;

function send(
  request: IncomingMessage,
  response: ServerResponse,
  name: string,
  { bytes, contentType, etag }: ConsoleFile,
): void {
  response.setHeader("cache-control", cacheControl(name));
  response.setHeader("etag", etag);
  if (request.headers["if-none-match"] === etag) {
    response.statusCode = 304;
    response.end();
    return;
  }
  response.setHeader("content-type", contentType);
  response.setHeader("content-length", bytes.length);
  response.end(request.method === "HEAD" ? undefined : bytes);
}

function redirect(response: ServerResponse, to: string): void {
  response.statusCode = 302;
  response.setHeader("location", to);
  response.end();
}

function text(response: ServerResponse, status: number, message: string): void {
  response.statusCode = status;
  response.setHeader("content-type", "text/plain; charset=utf-8");
  response.end(message);
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : "");
