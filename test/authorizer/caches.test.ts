import type { Key, Reader, Stored } from "@portcullis/iam/store";
import { recordsOf } from "@portcullis/iam/store";
import { describe, expect, it } from "vitest";
import { boundedCache } from "../../packages/authorizer/src/cache/bounded-cache.ts";
import { staleReads } from "../../packages/authorizer/src/cache/stale-reader.ts";
import { allow, document } from "../support/people.ts";
import { recordWorld } from "../support/record-world.ts";

/** What is remembered between decisions, and for how long. */
describe("a bounded cache", () => {
  it("drops what was used longest ago once the sum of the weights is over the limit", () => {
    const cache = boundedCache<string>(3);
    for (const name of ["a", "b", "c"]) cache.set(name, name);
    expect(cache.get("a")).toBe("a");
    cache.set("d", "d");
    expect(["a", "b", "c", "d"].map((name) => cache.get(name))).toEqual(["a", undefined, "c", "d"]);
  });

  it("counts an entry that is set again or deleted once", () => {
    const cache = boundedCache<string>(30);
    for (let time = 0; time < 20; time++) cache.set("a", `${time}`, 3);
    for (let at = 0; at < 9; at++) cache.set(`b${at}`, "b", 3);
    expect(cache.get("a")).toBe("19");
    cache.delete("a");
    cache.delete("a");
    cache.delete("never there");
    expect(cache.get("a")).toBeUndefined();
    // The place of the deleted one, and no more than that.
    cache.set("c", "c", 3);
    expect(cache.get("b0")).toBe("b");
    cache.set("d", "d", 3);
    expect(cache.get("b1")).toBeUndefined();
    expect(cache.get("b2")).toBe("b");
  });

  it("drops as many as a heavy one needs", () => {
    const cache = boundedCache<string>(100);
    for (let at = 0; at < 100; at++) cache.set(`${at}`, "x");
    cache.set("heavy", "x", 10);
    const left = Array.from({ length: 100 }, (_, at) => cache.get(`${at}`));
    expect(left.filter((value) => value !== undefined)).toHaveLength(90);
    expect([cache.get("9"), cache.get("10"), cache.get("heavy")]).toEqual([undefined, "x", "x"]);
  });

  it("keeps nothing heavier than a tenth, and not the entry that it would replace", () => {
    const cache = boundedCache<string>(100);
    cache.set("a", "old", 10);
    cache.set("a", "new", 11);
    expect(cache.get("a")).toBeUndefined();
    // However low the limit is, an entry of weight 1 is cached.
    const small = boundedCache<string>(5);
    small.set("a", "a");
    expect(small.get("a")).toBe("a");
  });
});

describe("reads that may be stale", () => {
  const key = (partition: string): Key => ({ account: "1", partition, sort: "record" });
  const [A, B] = [key("a"), key("b")];

  /** Records of versions that only grow, and clocks that a test sets. */
  function staleWorld(seconds: number) {
    let version = 0;
    const absent = new Set<string>();
    const clocks = { steady: 1_000_000, wall: 5_000_000 };
    const reads: string[] = [];
    const reader: Reader = {
      async get(keys) {
        version++;
        reads.push(keys.map(({ partition }) => partition).join());
        const found = keys.map((one): Stored | undefined =>
          absent.has(one.partition) ? undefined : { key: one, version, data: {} },
        );
        return recordsOf(keys, found);
      },
      async snapshot(keys) {
        reads.push("snapshot");
        return recordsOf(keys, []);
      },
    };
    const wrap = staleReads(seconds, { steady: () => clocks.steady, wall: () => clocks.wall });
    const stale = wrap(reader);
    const versions = async (...keys: readonly Key[]) =>
      (await stale.get(keys)).map((stored) => stored?.version);
    return { clocks, absent, reads, stale, other: wrap(reader), versions };
  }

  it("answers a record for less than its seconds", async () => {
    const { clocks, versions, reads } = staleWorld(10);
    expect(await versions(A)).toEqual([1]);
    clocks.steady += 9_999;
    clocks.wall += 9_999;
    expect(await versions(A)).toEqual([1]);
    clocks.steady += 1;
    clocks.wall += 1;
    expect(await versions(A)).toEqual([2]);
    expect(reads).toEqual(["a", "a"]);
  });

  it.each([
    ["the steady clock says that they are over", 10_000, 0],
    ["the wall clock does: the process was frozen", 0, 10_000],
    ["the wall clock was set back", 0, -1],
  ])("reads again where %s", async (_, steady, wall) => {
    const { clocks, versions } = staleWorld(10);
    expect(await versions(A)).toEqual([1]);
    clocks.steady += steady;
    clocks.wall += wall;
    expect(await versions(A)).toEqual([2]);
  });

  it("takes the time of a record before the read, not after it", async () => {
    const { clocks, stale, versions } = staleWorld(10);
    const reading = stale.get([A]);
    clocks.steady += 10_000;
    await reading;
    expect(await versions(A)).toEqual([2]);
  });

  it("reads all records again where one is not known, so that they are of one time", async () => {
    const { versions, reads } = staleWorld(10);
    expect(await versions(A)).toEqual([1]);
    expect(await versions(A, B)).toEqual([2, 2]);
    expect(await versions(B)).toEqual([2]);
    expect(await versions(A)).toEqual([2]);
    expect(reads).toEqual(["a", "a,b"]);
  });

  it("remembers no absence, and shares what it knows between readers", async () => {
    const { absent, versions, other, reads } = staleWorld(10);
    absent.add("a");
    expect(await versions(A)).toEqual([undefined]);
    absent.clear();
    expect(await versions(A)).toEqual([2]);
    expect((await other.get([A])).map((stored) => stored?.version)).toEqual([2]);
    expect(reads).toEqual(["a", "a"]);
  });

  it("passes snapshots on, each of them", async () => {
    const { stale, reads } = staleWorld(10);
    await stale.snapshot([A]);
    await stale.snapshot([A]);
    expect(reads).toEqual(["snapshot", "snapshot"]);
  });

  it("are only made where a staleness is set, and the line tells it", async () => {
    const world = recordWorld();
    const inline = [{ name: "own", document: document(allow("*")) }];
    const ana = world.key(world.user("ana", { inline }));
    const fresh = world.authorizer({ stalenessSeconds: 0 });
    const stale = world.authorizer({ stalenessSeconds: 30 });
    for (let time = 0; time < 2; time++) {
      const { line } = await fresh.ask(ana);
      expect(line?.roundTrips).toBe(1);
      expect(line).not.toHaveProperty("staleAtMostSeconds");
    }
    const trips: (number | undefined)[] = [];
    for (let time = 0; time < 60; time++) {
      const { line } = await stale.ask(ana);
      trips.push(line?.roundTrips);
      expect(line?.staleAtMostSeconds).toBe(30);
    }
    // One of the four copies of the account's record is read at a time.
    expect(trips.filter((count) => count === 1).length).toBeLessThanOrEqual(4);
    expect(trips.at(-1)).toBe(0);
  });
});
