import { Worker } from "node:worker_threads";
import {
  type DecisionLine,
  logWithMetrics,
  messageForLog,
  requestOfV2,
} from "@portcullis/authorizer";
import { recordsOf } from "@portcullis/iam/store";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { eventOf } from "../support/gateway-event.ts";
import {
  type OwnInstallation,
  ownAuthorizer,
  ownInstallation,
  ROOT,
  requestOf,
} from "../support/own-authorizer.ts";
import { presign, signHeader } from "../support/wire-signer.ts";

/** What is told of a decision, and what never is. */
let installation: OwnInstallation;
beforeAll(async () => {
  installation = await ownInstallation();
});
afterAll(() => installation.stop());

const lineOf = (changed: Partial<DecisionLine>): DecisionLine => ({
  type: "decision",
  time: "2026-01-02T03:04:05.000Z",
  decisionId: "1",
  outcome: "allowed",
  ...changed,
});

describe("the decision line", () => {
  it("is one line of JSON that CloudWatch also reads as metrics", () => {
    const written: string[] = [];
    const log = logWithMetrics((line) => written.push(line));
    log(lineOf({ api: "orders", milliseconds: 1.5, roundTrips: 1 }));
    log(lineOf({ outcome: "explicitDeny", cold: true }));
    expect(
      written.every((line) => line.endsWith("}\n") && line.indexOf("\n") === line.length - 1),
    ).toBe(true);
    const [allowed, denied] = written.map((line) => JSON.parse(line));
    expect(allowed).toMatchObject({
      type: "decision",
      Api: "orders",
      Decisions: 1,
      Allowed: 1,
      ExplicitDenies: 0,
      ColdStarts: 0,
      RoundTrips: 1,
      Latency: 1.5,
    });
    expect(denied).toMatchObject({
      Api: "control",
      Decisions: 1,
      Allowed: 0,
      ExplicitDenies: 1,
      ColdStarts: 1,
    });
    const [directive] = allowed._aws.CloudWatchMetrics;
    expect(allowed._aws.Timestamp).toBe(Date.parse("2026-01-02T03:04:05.000Z"));
    expect(directive).toMatchObject({ Namespace: "Portcullis", Dimensions: [["Api"], []] });
    // The specification: what is named as a metric is a number at the root of the line.
    for (const { Name } of directive.Metrics) expect(allowed[Name]).toBeTypeOf("number");
  });

  it("says how long permissions may be out of date, where they may", async () => {
    const fresh = ownAuthorizer(installation, { reader: installation.reader() });
    await fresh.ask();
    expect(fresh.lines[0]).not.toHaveProperty("staleAtMostSeconds");
    const stale = ownAuthorizer(installation, {
      reader: installation.reader(),
      stalenessSeconds: 30,
    });
    for (let time = 0; time < 60; time++) await stale.ask();
    expect(stale.lines.at(-1)).toMatchObject({
      staleAtMostSeconds: 30,
      roundTrips: 0,
      outcome: "allowed",
    });
    expect(stale.lines.filter(({ roundTrips }) => roundTrips !== 0).length).toBeLessThan(30);
  });

  it("sees a change after those seconds at the latest", async () => {
    const { staleReads } = await import("../../packages/authorizer/src/cache/stale-reader.ts");
    let [steady, wall] = [0, 1e12];
    let version = 1;
    const key = { account: "1", partition: "p", sort: "s" };
    const absent = { ...key, partition: "absent" };
    const reader = staleReads(30, { steady: () => steady, wall: () => wall })({
      get: async (keys) =>
        recordsOf(
          keys,
          keys.map(({ partition }) => (partition === "p" ? { key, version, data: {} } : undefined)),
        ),
      snapshot: async (keys) => recordsOf(keys, []),
    });
    const seen = async () => (await reader.get([key]))[0]?.version;
    expect(await seen()).toBe(1);
    version = 2;
    steady = 29_999;
    expect(await seen()).toBe(1);
    // What was never there is asked for anew, and with it all that belongs to it.
    expect((await reader.get([key, absent]))[0]?.version).toBe(2);
    version = 3;
    steady = 60_000;
    expect(await seen()).toBe(3);
    // Frozen for a minute: the steady clock has not moved.
    version = 4;
    wall += 60_000;
    expect(await seen()).toBe(4);
    // Set back: nobody knows for how long it is cached.
    version = 5;
    wall -= 1_000;
    expect(await seen()).toBe(5);
  });

  it("keeps what tells why, and of a refusal's values only those that can be no secret", () => {
    const of = (value: string) => messageForLog(`not '${value}'. Use \`${value}\`.`);
    for (const plain of [
      "eu-west-1",
      "execute-api",
      "20260102T030405Z",
      "x-amz-date",
      "X-Amz-Expires",
      "roleName",
      "tags.1.member.key",
    ])
      expect(of(plain)).toBe(`not '${plain}'. Use \`${plain}\`.`);
    for (const secret of [
      "wJalr4Utn",
      "short1SECRET",
      "two words 2",
      "AKIA/secret",
      "a+b",
      "pass\nword",
      "é",
    ])
      expect(of(secret)).toBe("not '...'. Use '...'.");
  });

  it("never holds a secret, a token or a signature, wherever in the request they are put", async () => {
    const authorizer = ownAuthorizer(installation, { reader: installation.reader() });
    const secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
    const swapped = { accessKeyId: secret, secretAccessKey: "x" };
    const noSlash = {
      accessKeyId: "wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEYab",
      secretAccessKey: "x",
    };
    const short = { accessKeyId: "hunter2 Xy+z", secretAccessKey: "x" };
    const token = { ...ROOT, sessionToken: "c2VjcmV0LXNlc3Npb24.dG9rZW4tb2YtbWluZQ" };
    for (const who of [ROOT, swapped, noSlash, short, token]) {
      for (const sign of [signHeader, presign]) {
        const { method, target, headers } = sign("api.test", who, { path: "/whoami" });
        const [rawPath = "", rawQueryString = ""] = target.split("?");
        await authorizer.decide(
          requestOfV2(eventOf({ method, rawPath, rawQueryString, headers }), {
            region: "us-east-1",
            pathIsDecoded: false,
          }),
        );
      }
    }
    for (const authorization of [
      `AWS4-HMAC-SHA256 ${secret}`,
      `AWS4-HMAC-SHA256 Credential=${secret}, SignedHeaders=host, Signature=${secret}`,
      `Bearer ${secret}`,
      `Basic ${secret}`,
      secret,
    ]) {
      const { signed, ...rest } = requestOf({ path: "/whoami" });
      const headers = signed.headers.filter(([name]) => name !== "authorization");
      await authorizer.decide({
        ...rest,
        signed: { ...signed, headers: [...headers, ["authorization", authorization]] },
      });
    }
    const log = JSON.stringify(authorizer.lines);
    expect(authorizer.lines).toHaveLength(15);
    for (const never of [
      secret,
      secret.slice(10),
      noSlash.accessKeyId,
      short.accessKeyId,
      token.sessionToken,
      "dG9rZW4",
      ROOT.secretAccessKey,
      "Signature=",
    ])
      expect(log).not.toContain(never);
  });
});

describe("memory", () => {
  it("is enough, and every answer right, though what all sessions together need is more than there is", async () => {
    // 1500 roles would take 210 MB, compiled.
    const worker = new Worker(new URL("./many-roles.ts", import.meta.url), {
      workerData: { roles: 1500 },
      resourceLimits: { maxOldGenerationSizeMb: 128, maxYoungGenerationSizeMb: 16 },
    });
    const wrong = await new Promise((resolve, reject) => {
      worker.once("message", resolve);
      worker.once("error", reject);
    });
    expect(wrong).toEqual([]);
  });

  it("is bounded, however many principals with large policies come by", async () => {
    const { boundedCache } = await import("../../packages/authorizer/src/cache/bounded-cache.ts");
    const cache = boundedCache<string>(1000);
    for (let at = 0; at < 10_000; at++) cache.set(String(at), "x", 10);
    const cached = Array.from({ length: 10_000 }, (_, at) => cache.get(String(at))).filter(
      (value) => value !== undefined,
    );
    expect(cached).toHaveLength(100);
    cache.set("huge", "x", 500);
    expect(cache.get("huge")).toBeUndefined();
    cache.get("9900");
    for (let at = 0; at < 99; at++) cache.set(`new${at}`, "x", 10);
    expect([cache.get("9900"), cache.get("9901")]).toEqual(["x", undefined]);
  });
});
