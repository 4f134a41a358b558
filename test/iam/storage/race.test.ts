import { iamOperations } from "@portcullis/iam/operation/iam";
import { PARTITIONS, type Partition } from "@portcullis/iam/record/partition";
import type { Store } from "@portcullis/iam/store";
import { atomically } from "@portcullis/iam/unit-of-work";
import { beforeAll, describe, expect, it } from "vitest";
import { memoryStore } from "../../support/memory-store.ts";
import { brokenInvariants } from "./account-invariants.ts";
import { makeWorld, outcome, run } from "./race-world.ts";
import { ACCOUNT, ENTITIES, NO_RACERS, type Racer, type World } from "./racing-operations.ts";

/** The store as one request sees it, for whom something else happens before its `turn`-th call. */
function interrupted(store: Store, turn: number, happens: () => Promise<void>) {
  let calls = 0;
  const before =
    <Arguments extends unknown[], Result>(call: (...given: Arguments) => Promise<Result>) =>
    async (...given: Arguments): Promise<Result> => {
      if (calls++ === turn) await happens();
      return call(...given);
    };
  const wrapped: Store = {
    get: before(store.get),
    snapshot: before(store.snapshot),
    query: before(store.query),
    counters: before(store.counters),
    countersOfAll: before(store.countersOfAll),
    transact: before(store.transact),
  };
  return { store: wrapped, calls: () => calls };
}

const copyOf = (world: World): World => ({ ...world, store: memoryStore(world.store.items) });

let world: World;
beforeAll(async () => {
  world = await makeWorld();
});

describe("two operations on one thing: neither fails by a fault, and the account stays whole", () => {
  it.each(Object.entries(ENTITIES))(
    "%s",
    async (_, racers) => {
      const faults: string[] = [];
      for (const first of racers) {
        for (const second of racers) faults.push(...(await race(first, second)));
      }
      expect(faults).toEqual([]);
    },
    120_000,
  );
});

/**
 * `second` happens as a whole before each call of the store that `first` makes, one call after
 * another.
 */
async function race(first: Racer, second: Racer): Promise<readonly string[]> {
  const faults: string[] = [];
  for (let turn = 0; ; turn++) {
    const here = copyOf(world);
    let other = "not yet";
    const { store, calls } = interrupted(here.store, turn, async () => {
      other = await outcome(run(here.store, second, second.input(here)));
    });
    const own = await outcome(run(store, first, first.input(here)));
    if (calls() <= turn) return faults;
    const broken = brokenInvariants(here.store);
    if (`${own}${other}`.includes("fault") || broken.length > 0) {
      const names = `${first.operation} (${own}) with ${second.operation} (${other})`;
      faults.push(`${names} before call ${turn}: ${broken.join("; ")}`);
    }
  }
}

it("every operation that changes something is in the table", () => {
  const racing = new Set(
    Object.values(ENTITIES).flatMap((racers) => racers.map(({ operation }) => operation)),
  );
  const changing = Object.keys(iamOperations).filter(
    (name) => !/^(?:Get|List|Simulate|Generate)/.test(name),
  );
  expect(changing.filter((name) => !racing.has(name) && !(name in NO_RACERS))).toEqual([]);
});

it("the invariants hold of the world, and are seen when they are broken", () => {
  expect(brokenInvariants(world.store)).toEqual([]);
  for (const name of world.store.items.keys()) {
    if (!/#(?:key|user|users|group|mfa-device|policy-usage|instance-profile)[/#]/.test(name))
      continue;
    const damaged = memoryStore(world.store.items);
    damaged.items.delete(name);
    expect([name, brokenInvariants(damaged).length > 0]).toEqual([name, true]);
  }
});

it("every partition of the world is of a kind that the registry has", () => {
  for (const { key } of world.store.items.values()) {
    const [kind = "", entity] = key.partition.split(/\/(.*)/s);
    expect([key.partition, PARTITIONS[kind as Partition]?.count]).toEqual([
      key.partition,
      entity === undefined ? "one" : "each",
    ]);
  }
});

it("an error counts only when what was read belongs together", async () => {
  const store = memoryStore();
  const key = (sort: string) => ({ account: ACCOUNT, partition: "pair", sort });
  const set = (left: number, right: number) =>
    store.transact([
      { kind: "put", key: key("left"), data: left, expect: "any" },
      { kind: "put", key: key("right"), data: right, expect: "any" },
    ]);
  await set(1, 1);
  const { store: torn } = interrupted(store, 1, () => set(2, 2));
  let attempts = 0;
  const sum = await atomically(torn, async (unit) => {
    attempts++;
    const [left, right] = [await unit.get(key("left")), await unit.get(key("right"))];
    if (left !== right) throw new Error(`left is ${left} and right is ${right}`);
    return Number(left) + Number(right);
  });
  expect({ sum, attempts }).toEqual({ sum: 4, attempts: 2 });
  // What is wrong and stays so is thrown, at once.
  await store.transact([{ kind: "put", key: key("right"), data: 3, expect: "any" }]);
  const failing = atomically(store, async (unit) => {
    throw new Error(`right is ${await unit.get(key("right"))}`);
  });
  await expect(failing).rejects.toThrow("right is 3");
});
