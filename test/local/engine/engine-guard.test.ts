import { connect } from "node:net";
import { type Engine, startEngine } from "@portcullis/local/engine";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

describe("the guard in front of the engine refuses web pages", () => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await startEngine({ dataFile: ":memory:" });
  });
  afterAll(() => engine.stop());

  const list = (origin: Readonly<Record<string, string>> = {}) => ({
    method: "POST",
    headers: {
      "x-amz-target": "DynamoDB_20120810.ListTables",
      "content-type": "application/x-amz-json-1.0",
      authorization:
        "AWS4-HMAC-SHA256 Credential=a/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host;x-amz-date, Signature=0",
      "x-amz-date": "20260101T000000Z",
      ...origin,
    },
    body: "{}",
  });

  test("by their Origin, whatever it is; and any method but POST, which has none", async () => {
    const { endpoint } = engine;
    expect((await fetch(endpoint, list())).status).toBe(200);
    for (const origin of ["https://evil.example", endpoint, "null", ""]) {
      const refused = await fetch(endpoint, list({ origin }));
      expect([origin, refused.status]).toEqual([origin, 403]);
      expect(refused.headers.get("access-control-allow-origin")).toBeNull();
    }
    for (const method of ["GET", "OPTIONS", "PUT"])
      expect([method, (await fetch(endpoint, { method })).status]).toEqual([method, 403]);
  });

  test("however the request is cut into packets", async () => {
    const { endpoint } = engine;
    const { hostname, port } = new URL(endpoint);
    const answerTo = async (parts: readonly string[]) => {
      const socket = connect({ host: hostname, port: Number(port), noDelay: true });
      socket.on("error", () => {});
      const closed = new Promise((resolve) => socket.once("close", resolve));
      let answer = "";
      socket.on("data", (chunk: Buffer) => {
        answer += chunk.toString("latin1");
      });
      for (const part of parts) {
        socket.write(part);
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
      setTimeout(() => socket.end(), 200);
      await closed;
      return answer.match(/HTTP\/1\.1 \d+ [^\r]*/g);
    };
    const REFUSED = "HTTP/1.1 403 Forbidden";
    const post = "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n";
    expect(await answerTo([`${post}Ori`, "gin: https://evil.example\r", "\n\r\n"])).toEqual([
      REFUSED,
    ]);
    expect(await answerTo(["GE", "T / HTTP/1.1\r\nHost: x\r\n\r\n"])).toEqual([REFUSED]);
    // Also as a later request of a connection that began well.
    expect(await answerTo([`${post}\r\n`, `${post}ORIGIN:x\r\n\r\n`])).toEqual([
      "HTTP/1.1 400 Bad Request",
      REFUSED,
    ]);
    // The engine itself answers what is let through.
    expect(await answerTo([`${post}\r\n`])).toEqual(["HTTP/1.1 400 Bad Request"]);
  });
});
