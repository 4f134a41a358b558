import { type HttpBindings, serve } from "@hono/node-server";
import { Hono } from "hono";
import { authorizedRequest, protect } from "portcullis/fetch";
import { defineService } from "portcullis/service";

/** What the API's routes mean to policies. */
const notesService = defineService({
  service: "notes",
  routes: {
    "GET /notes/{noteId}": { action: "notes:GetNote", resource: "note/{noteId}" },
    "PUT /notes/{noteId}": { action: "notes:PutNote", resource: "note/{noteId}" },
  },
});

const notes = new Map<string, string>();
const app = new Hono<{ Bindings: HttpBindings }>();

app.get("/notes/:noteId", (c) => {
  const { caller, pathParameters } = authorizedRequest(c.req.raw);
  const text = notes.get(`${caller.accountId}/${pathParameters.noteId}`);
  return text === undefined ? c.json({ message: "There is no such note." }, 404) : c.json({ text });
});
app.put("/notes/:noteId", async (c) => {
  const { caller, pathParameters } = authorizedRequest(c.req.raw);
  notes.set(`${caller.accountId}/${pathParameters.noteId}`, await c.req.text());
  return c.body(null, 204);
});

const handle = protect(
  (request: Request, bindings: HttpBindings) => app.fetch(request, bindings),
  notesService,
  { sourceIp: (_, { incoming }) => incoming.socket.remoteAddress },
);
serve(
  {
    fetch: (request, bindings) => handle(request, bindings as HttpBindings),
    port: Number(process.env.PORT ?? 3000),
    hostname: "127.0.0.1",
  },
  (address) => {
    if (typeof address === "object") process.stdout.write(`http://127.0.0.1:${address.port}\n`);
  },
);
