import type { AddressInfo } from "node:net";
import { createServer, type Server, type Socket } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { filesIn, portcullis } from "./command.ts";

const KEY = { AWS_ACCESS_KEY_ID: "AKIAEXAMPLE", AWS_SECRET_ACCESS_KEY: "secret" };
const NO_KEY = {
  AWS_ACCESS_KEY_ID: "",
  AWS_PROFILE: "",
  AWS_CONFIG_FILE: "/nonexistent",
  AWS_SHARED_CREDENTIALS_FILE: "/nonexistent",
};

let server: Server | undefined;
afterEach(() => server?.close());

async function port(serve: (socket: Socket) => void): Promise<number> {
  const made = createServer((socket) => {
    socket.on("error", () => {});
    socket.once("data", () => serve(socket));
  });
  server = made;
  await new Promise<void>((ready) => made.listen(0, "127.0.0.1", ready));
  return (made.address() as AddressInfo).port;
}

describe("portcullis call, of a server", () => {
  it.each<[string, (socket: Socket) => void, string]>([
    ["that ends the connection", (socket) => socket.destroy(), "can't be reached: "],
    [
      "that speaks no HTTP",
      (socket) => socket.end("hello"),
      "can't be reached: it answers something else than HTTP.",
    ],
    [
      "that breaks its answer off",
      (socket) => {
        socket.write("HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\nhalf");
        setTimeout(() => socket.destroy(), 100);
      },
      "broke off its answer: it closed the connection.",
    ],
    ["that is silent", () => {}, "can't be reached: it is silent for 1 seconds."],
  ])("%s, says so by one sentence", async (_, serve, sentence) => {
    const url = `http://127.0.0.1:${await port(serve)}`;
    const args = ["call", "GET", `${url}/`, "--timeout", "1"];
    const { code, stderr } = await portcullis(args, { env: KEY });
    expect(code).toBe(1);
    expect(stderr).toMatch(/^portcullis: [^\n]+\.\n$/);
    expect(stderr).toContain(`${url} ${sentence}`);
  });

  it("whose name can't be resolved, says so", async () => {
    const { stderr } = await portcullis(["call", "GET", "http://no-host.invalid/"], { env: KEY });
    expect(stderr).toBe(
      "portcullis: http://no-host.invalid can't be reached: its name can't be resolved.\n",
    );
  });

  it("without credentials, says where they may come from", async () => {
    const args = ["call", "GET", "http://127.0.0.1:1/", "--data-dir", "/nonexistent"];
    const none = await portcullis(args, { env: NO_KEY });
    expect([none.code, none.stderr]).toEqual([
      1,
      "portcullis: There are no credentials to sign with: name a profile by --profile, or the data directory of `portcullis start` by --data-dir (/nonexistent has none).\n",
    ]);
    const named = await portcullis([...args, "--profile", "nobody"], { env: NO_KEY });
    expect(named.stderr).toBe(
      "portcullis: The profile `nobody` has no credentials to sign with.\n",
    );
  });
});

describe("portcullis start", () => {
  it.each([
    [["--port", "x"], 2, /It must be a port from 0 to 65535/],
    [["--port", "0", "--data-dir", "FILE"], 1, /can't be made: a file is in its place\./],
  ])("%j ends with one sentence", async (args, wanted, sentence) => {
    const file = filesIn({ "a.txt": "" })("a.txt");
    const given = args.map((arg) => (arg === "FILE" ? file : arg));
    const { code, stderr } = await portcullis(["start", ...given]);
    expect(code).toBe(wanted);
    expect(stderr).toMatch(sentence);
    expect(stderr.trim().split("\n")).toHaveLength(1);
  });
});
