import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { createRouter } from "@portcullis/authorizer/route";
import { defineService } from "@portcullis/authorizer/service-definition";
import { authorizerHandler, policyHandler } from "@portcullis/functions";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { httpApi } from "../../../packages/local/src/gateway/http-api.ts";
import { restApi } from "../../../packages/local/src/gateway/rest-api.ts";
import type { Listening } from "../../../packages/local/src/server.ts";
import { send } from "../../support/harness.ts";
import {
  ACCOUNT,
  type OwnInstallation,
  ownAuthorizer,
  ownInstallation,
  ROOT,
} from "../../support/own-authorizer.ts";
import { type Signed, signHeader } from "../../support/wire-signer.ts";

/**
 * An API that takes the tenant from a header, a query parameter or the host, behind both gateways:
 * nobody names two.
 */
const service = defineService({
  service: "notes",
  host: "{tenant}.notes.test",
  routes: {
    "GET /by-header": { action: "notes:Get", resource: "tenant/{header.x-tenant}" },
    "GET /by-query": { action: "notes:Get", resource: "tenant/{query.tenant}" },
    "GET /by-host": { action: "notes:Get", resource: "tenant/{host.tenant}" },
  },
});
const routes = Object.keys(service.routes);
const HOST = "blue.notes.test";

/**
 * A gateway that is called by any host, as a custom domain's is: `listen` takes its own hosts only.
 */
async function serve(listener: RequestListener): Promise<Listening> {
  const server = createServer(listener);
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  const { port } = server.address() as AddressInfo; // a TCP server's address is never a string
  return {
    url: `http://127.0.0.1:${port}`,
    close: () => new Promise((closed) => server.close(() => closed()).closeAllConnections()),
  };
}

describe("a tenant that a request names", () => {
  let installation: OwnInstallation;
  let gateways: readonly (readonly [listening: Listening, stage: string])[];
  let resources: () => readonly (string | undefined)[];

  beforeAll(async () => {
    installation = await ownInstallation();
    const authorizer = ownAuthorizer(installation, { reader: installation.reader(), service });
    resources = () => authorizer.lines.map(({ resource }) => resource);
    const options = () => ({
      authorizer,
      region: "us-east-1",
      apiId: "notes",
      pathIsDecoded: false,
      router: createRouter(routes),
    });
    const identity = { apiId: "notes", account: ACCOUNT, region: "us-east-1" };
    const integration = async () => ({ statusCode: 200, body: "" });
    const common = { identitySources: [], ttlSeconds: 0 };
    const http = httpApi({
      identity: { ...identity, stage: "$default" },
      routes,
      integration,
      authorizer: {
        ...common,
        payload: "2.0",
        response: "simple",
        function: authorizerHandler(options),
      },
    });
    const rest = restApi({
      identity: { ...identity, stage: "prod" },
      routes,
      integration,
      authorizer: { ...common, type: "REQUEST", function: policyHandler(options) },
    });
    gateways = [
      [await serve(http), ""],
      [await serve(rest), "/prod"],
    ];
  });
  afterAll(async () => {
    for (const [listening] of gateways) await listening.close();
    await installation.stop();
  });

  /**
   * The status at each gateway, of a request whose header lines may be changed once it is signed.
   */
  async function ask(
    path: string,
    {
      query = [],
      headers = {},
      host = HOST,
    }: {
      readonly query?: readonly (readonly [string, string])[];
      readonly headers?: Readonly<Record<string, string>>;
      readonly host?: string;
    } = {},
    change: (lines: readonly string[]) => readonly string[] = (lines) => lines,
  ): Promise<readonly number[]> {
    const statuses: number[] = [];
    for (const [{ url }, stage] of gateways) {
      const signed: Signed = signHeader(host, ROOT, { path: stage + path, query, headers });
      const lines = change(Object.entries(signed.headers).flat());
      statuses.push((await send(url, "GET", signed.target, lines)).status);
    }
    return statuses;
  }
  const BOTH = (status: number) => [status, status];

  it("is decided when it is one", async () => {
    expect(await ask("/by-header", { headers: { "x-tenant": "blue" } })).toEqual(BOTH(200));
    expect(await ask("/by-query", { query: [["tenant", "blue"]] })).toEqual(BOTH(200));
    expect(await ask("/by-host")).toEqual(BOTH(200));
    const blue = `arn:aws:notes:us-east-1:${ACCOUNT}:tenant/blue`;
    expect(new Set(resources())).toEqual(new Set([blue]));
  });

  it("is refused when it is two: header lines, a list in one, query parameters, hosts", async () => {
    const two = (value: string) => (lines: readonly string[]) => [...lines, "x-tenant", value];
    expect(await ask("/by-header", { headers: { "x-tenant": "blue" } }, two("red"))).toEqual(
      BOTH(401),
    );
    // Signed so: as canonical requests join repeated headers.
    const signedTwice = (lines: readonly string[]) => [
      ...lines.map((line) => (line === "blue,red" ? "blue" : line)),
      "X-Tenant",
      "red",
    ];
    expect(await ask("/by-header", { headers: { "x-tenant": "blue,red" } }, signedTwice)).toEqual(
      BOTH(403),
    );
    expect(await ask("/by-header", { headers: { "x-tenant": "blue,red" } })).toEqual(BOTH(403));
    const query = [
      ["tenant", "blue"],
      ["tenant", "red"],
    ] as const;
    expect(await ask("/by-query", { query })).toEqual(BOTH(403));
    expect(await ask("/by-host", { host: "blue,red.notes.test" })).toEqual(BOTH(403));
  });

  it("is refused when anybody could have added it, when there is none, and when it is more than a name", async () => {
    const added = (lines: readonly string[]) => [...lines, "x-tenant", "red"];
    expect(await ask("/by-header", {}, added)).toEqual(BOTH(403));
    expect(await ask("/by-header")).toEqual(BOTH(403));
    expect(await ask("/by-header", { headers: { "x-amzn-remapped-x-tenant": "blue" } })).toEqual(
      BOTH(403),
    );
    expect(await ask("/by-query", { query: [["Tenant", "blue"]] })).toEqual(BOTH(403));
    for (const name of ["blue/../red", "a/b", "", "/"])
      expect(await ask("/by-query", { query: [["tenant", name]] })).toEqual(BOTH(403));
    for (const host of [
      "blue.other.test",
      "a.blue.notes.test",
      "notes.test",
      ".notes.test",
      "*.notes.test",
    ])
      expect(await ask("/by-host", { host })).toEqual(BOTH(403));
  });
});
