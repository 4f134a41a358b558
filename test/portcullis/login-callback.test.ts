import { once } from "node:events";
import { connect } from "node:net";
import { afterEach, expect, it } from "vitest";
import {
  type CallbackServer,
  startCallbackServer,
} from "../../packages/portcullis/src/login/callback-server.ts";

const STATE = "0123456789abcdef0123";

let server: CallbackServer | undefined;
afterEach(() => server?.close());

/** The status of the answer to a request target that no client library would send. */
async function statusOf(target: string, method = "GET"): Promise<string> {
  const { port, host } = new URL(server?.redirectUri ?? "");
  const socket = connect(Number(port), "127.0.0.1").setEncoding("latin1");
  let text = "";
  socket.on("data", (part: string) => {
    text += part;
  });
  socket.end(`${method} ${target} HTTP/1.1\r\nhost: ${host}\r\nconnection: close\r\n\r\n`);
  await once(socket, "close");
  return text.split(" ")[1] ?? "no answer";
}

it("outlives requests of other pages, whatever their targets are", async () => {
  server = await startCallbackServer(STATE, 0);
  const code = server.code(10_000);
  for (const target of ["//", "//[", "//%zz", "http://[/", "*", "/oauth/callback?state=%E0%A4"])
    expect(await statusOf(target), target).toBe("400");
  expect(await statusOf("/oauth/callback?code=a", "POST")).toBe("403");
  expect(await statusOf(`/oauth/callback?code=right&state=${STATE}`)).toBe("302");
  expect(await code).toBe("right");
});
