import { isPrivateAddress } from "@portcullis/iam/federation/private-address";
import { getFromProvider, ProviderError } from "@portcullis/iam/federation/provider-https";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  type LoopbackServer,
  loopbackServer,
  thumbprintOf,
} from "../../support/identity-provider.ts";

let server: LoopbackServer;
beforeAll(async () => {
  server = await loopbackServer((_, response) => response.end("{}"));
});
afterAll(() => server?.stop());

const failure = async (url: string, privateAddresses: boolean) => {
  try {
    await getFromProvider(new URL(url), {
      thumbprints: [thumbprintOf("authority")],
      privateAddresses,
    });
  } catch (error) {
    if (error instanceof ProviderError) return error.message;
    throw error;
  }
  return "none";
};

describe("reaching an identity provider", () => {
  it("never goes to a private address in a deployed stage, however it is written or named", async () => {
    const { port } = new URL(server.url);
    const hosts = [
      "localhost",
      "127.0.0.1",
      "127.1",
      "2130706433",
      "0x7f000001",
      "0177.0.0.1",
      "[::1]",
      "[::ffff:127.0.0.1]",
      "[0:0:0:0:0:ffff:7f00:1]",
      "10.0.0.1",
      "169.254.169.254",
      "[fd00:ec2::254]",
      "192.168.1.1",
      "0.0.0.0",
    ];
    for (const host of hosts)
      expect(await failure(`https://${host}:${port}/`, false), host).toBe("has a private address");
    expect(server.requests).toEqual([]);
    expect(await failure(`${server.url}/there`, true)).toBe("none");
    expect(server.requests).toEqual(["/there"]);
  });

  it("speaks https only", async () => {
    for (const url of [
      "http://localhost/",
      "file:///etc/passwd",
      "ftp://localhost/",
      "data:application/json,{}",
    ]) {
      expect(await failure(url, true), url).toBe("is not served over https");
    }
  });

  it("knows private addresses from others", () => {
    for (const address of [
      "172.16.0.1",
      "172.31.255.255",
      "100.64.0.1",
      "198.18.0.1",
      "224.0.0.1",
      "255.255.255.255",
      "::",
      "fe80::1",
      "fc00::1",
      "ff02::1",
      "64:ff9b::7f00:1",
      "2002:7f00:1::",
      "::ffff:10.0.0.1",
    ]) {
      expect(isPrivateAddress(address), address).toBe(true);
    }
    for (const address of [
      "8.8.8.8",
      "172.32.0.1",
      "100.128.0.1",
      "11.0.0.1",
      "2606:4700::1",
      "2a00:1450::1",
      "::ffff:8.8.8.8",
    ]) {
      expect(isPrivateAddress(address), address).toBe(false);
    }
  });

  it("gives up on an answer that does not come", async () => {
    const silent = await loopbackServer(() => {});
    expect(await failure(silent.url, true)).toBe("cannot be reached");
    await silent.stop();
  }, 10_000);
});
