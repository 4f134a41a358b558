import { getEventListeners } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { type SlimCall, slimCall } from "../../packages/store/src/slim/slim-call.ts";
import { CREDENTIALS } from "../support/engine.ts";

describe("a call that is given up", () => {
  const open = new Set<Socket>();
  let says: "nothing" | "half an answer" | "an answer" = "nothing";
  const server = createServer((_, response) => {
    if (says === "an answer") response.end('{"Items":[]}');
    if (says === "half an answer") response.writeHead(200).write('{"Responses":');
  });
  let call: SlimCall;
  beforeAll(async () => {
    server.on("connection", (socket: Socket) => {
      open.add(socket);
      socket.on("close", () => open.delete(socket));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo; // a TCP server's address is never a string
    call = slimCall({
      service: "dynamodb",
      region: "eu-west-1",
      endpoint: `http://127.0.0.1:${port}`,
      contentType: "application/x-amz-json-1.0",
      credentials: () => CREDENTIALS,
    });
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  test.each(["nothing", "half an answer"] as const)(
    "closes its connection to a server that says %s",
    async (what) => {
      says = what;
      const giveUp = new AbortController();
      const calling = call("DynamoDB_20120810.Query", {}, giveUp.signal).catch((error) => error);
      await vi.waitFor(() => expect(open.size).toBe(1));
      // The half of an answer is there, too.
      await new Promise((resolve) => setTimeout(resolve, 50));
      giveUp.abort();
      expect(await calling).toBeInstanceOf(Error);
      await vi.waitFor(() => expect(open.size).toBe(0));
    },
  );

  test("before it is sent is not sent", async () => {
    says = "nothing";
    const giveUp = new AbortController();
    giveUp.abort();
    await expect(call("DynamoDB_20120810.Query", {}, giveUp.signal)).rejects.toThrow();
    await vi.waitFor(() => expect(open.size).toBe(0));
  });

  test("leaves no listener when it has ended otherwise", async () => {
    says = "an answer";
    const { signal } = new AbortController();
    expect(await call("DynamoDB_20120810.Query", {}, signal)).toEqual({ Items: [] });
    expect(getEventListeners(signal, "abort")).toEqual([]);
  });
});
