import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { serve } from "@hono/node-server";
import {
  authorizedRequest as authorizedByExpress,
  protectExpress,
} from "@portcullis/authorizer/express";
import {
  authorizedRequest as authorizedByFastify,
  protectFastify,
} from "@portcullis/authorizer/fastify";
import { authorizedRequest as authorizedByFetch, protectFetch } from "@portcullis/authorizer/fetch";
import type { AuthorizedHttpRequest, ProtectionOptions } from "@portcullis/authorizer/http";
import { defineService } from "@portcullis/authorizer/service-definition";
import express5 from "express";
// @ts-expect-error an alias of Express 4, whose types are those of Express 5 for what is used here
import express4 from "express4";
import Fastify from "fastify";
import { Hono } from "hono";

/** The API that each server serves. */
export const notesService = defineService({
  service: "notes",
  routes: {
    "GET /notes/{noteId}": { action: "notes:GetNote", resource: "note/{noteId}" },
    "GET /notes/summary": { action: "notes:Summarize", resource: "*" },
    "POST /notes": { action: "notes:CreateNote", resource: "*" },
    "GET /search": {
      action: "notes:Search",
      resource: "*",
      context: { "notes:Channel": { query: "channel" } },
    },
  },
});

/** What a handler saw of its request. */
export interface Seen {
  readonly handler: string;
  readonly authorized: AuthorizedHttpRequest;
  readonly noteId?: unknown;
  readonly json?: unknown;
}

export interface NotesServer {
  readonly host: string;
  /** What handlers saw, oldest first. */
  readonly seen: readonly Seen[];
  close(): Promise<void>;
}

type Start = (options: ProtectionOptions) => Promise<NotesServer>;

/** One app in each framework. They differ in how they route, decode and read bodies. */
export const SERVERS: Readonly<Record<string, Start>> = {
  "Express 5": (options) => startExpress(express5, options),
  "Express 4": (options) => startExpress(express4, options),
  "fetch, with Hono": startHono,
  Fastify: startFastify,
};

async function startExpress(express: typeof express5, options: ProtectionOptions) {
  const seen: Seen[] = [];
  const app = express();
  app.use(protectExpress(options));
  app.use(express.json({ limit: "1mb" }));
  app.get("/notes/summary", (request, response) => {
    seen.push({ handler: "summary", authorized: authorizedByExpress(request) });
    response.json({});
  });
  app.get("/notes/:noteId", (request, response) => {
    const authorized = authorizedByExpress(request);
    seen.push({ handler: "get", authorized, noteId: request.params.noteId });
    response.json({});
  });
  app.post("/notes", (request, response) => {
    seen.push({ handler: "create", authorized: authorizedByExpress(request), json: request.body });
    response.status(201).json({});
  });
  app.get("/search", (request, response) => {
    seen.push({ handler: "search", authorized: authorizedByExpress(request) });
    response.json({});
  });
  return listening(app, seen);
}

async function listening(app: RequestListener, seen: readonly Seen[]): Promise<NotesServer> {
  const server = createServer(app);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    host: `127.0.0.1:${port}`,
    seen,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function startHono(options: ProtectionOptions): Promise<NotesServer> {
  const seen: Seen[] = [];
  const app = new Hono();
  app.get("/notes/summary", (c) => {
    seen.push({ handler: "summary", authorized: authorizedByFetch(c.req.raw) });
    return c.json({});
  });
  app.get("/notes/:noteId", (c) => {
    const authorized = authorizedByFetch(c.req.raw);
    seen.push({ handler: "get", authorized, noteId: c.req.param("noteId") });
    return c.json({});
  });
  app.post("/notes", async (c) => {
    const authorized = authorizedByFetch(c.req.raw);
    seen.push({ handler: "create", authorized, json: await c.req.json() });
    return c.json({}, 201);
  });
  app.get("/search", (c) => {
    seen.push({ handler: "search", authorized: authorizedByFetch(c.req.raw) });
    return c.json({});
  });
  const fetch = protectFetch(
    (request: Request, bindings: Bindings) => app.fetch(request, bindings),
    { ...options, sourceIp: (_, { incoming }) => incoming.socket.remoteAddress },
  );
  return new Promise((resolve) => {
    const server = serve(
      {
        fetch: (request, bindings) => fetch(request, bindings as Bindings),
        port: 0,
        hostname: "127.0.0.1",
      },
      (address) =>
        resolve({
          host: `127.0.0.1:${(address as AddressInfo).port}`,
          seen,
          close: () => new Promise((closed) => server.close(() => closed())),
        }),
    );
  });
}

/** Of `@hono/node-server`. */
interface Bindings {
  readonly incoming: { readonly socket: { readonly remoteAddress?: string } };
}

async function startFastify(options: ProtectionOptions): Promise<NotesServer> {
  const seen: Seen[] = [];
  const app = Fastify();
  await app.register(protectFastify(options));
  app.get("/notes/summary", async (request) => {
    seen.push({ handler: "summary", authorized: authorizedByFastify(request) });
    return {};
  });
  app.get<{ Params: { noteId: string } }>("/notes/:noteId", async (request) => {
    const authorized = authorizedByFastify(request);
    seen.push({ handler: "get", authorized, noteId: request.params.noteId });
    return {};
  });
  app.post("/notes", async (request, reply) => {
    seen.push({ handler: "create", authorized: authorizedByFastify(request), json: request.body });
    return reply.code(201).send({});
  });
  app.get("/search", async (request) => {
    seen.push({ handler: "search", authorized: authorizedByFastify(request) });
    return {};
  });
  const url = await app.listen({ port: 0, host: "127.0.0.1" });
  return { host: new URL(url).host, seen, close: () => app.close() };
}
