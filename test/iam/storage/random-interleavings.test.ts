import type { Store } from "@portcullis/iam/store";
import fc from "fast-check";
import { beforeAll, expect, test } from "vitest";
import { memoryStore } from "../../support/memory-store.ts";
import { brokenInvariants } from "./account-invariants.ts";
import { makeWorld, outcome, run } from "./race-world.ts";
import { ENTITIES, type Racer, type World } from "./racing-operations.ts";

let world: World;
beforeAll(async () => {
  world = await makeWorld();
}, 60_000);

const RACERS: readonly Racer[] = Object.values(ENTITIES).flat();
const SECONDS = 20;

/** A store whose calls run in the order that the scheduler chooses. */
const scheduled = (store: Store, scheduler: fc.Scheduler): Store => ({
  get: scheduler.scheduleFunction(store.get) as Store["get"],
  snapshot: scheduler.scheduleFunction(store.snapshot) as Store["snapshot"],
  query: scheduler.scheduleFunction(store.query) as Store["query"],
  counters: scheduler.scheduleFunction(store.counters) as Store["counters"],
  countersOfAll: scheduler.scheduleFunction(store.countersOfAll) as Store["countersOfAll"],
  transact: scheduler.scheduleFunction(store.transact) as Store["transact"],
});

test(
  "any_interleaving_of_operations_keeps_the_account_whole",
  async () => {
    const operations = fc.array(fc.nat(RACERS.length - 1), { minLength: 3, maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), operations, async (scheduler, chosen) => {
        const here = { ...world, store: memoryStore(world.store.items) };
        const store = scheduled(here.store, scheduler);
        const done = Promise.all(
          chosen.map((index) => {
            const racer = RACERS[index]!;
            return outcome(run(store, racer, racer.input(here))).then(
              (result) => `${racer.operation}: ${result}`,
            );
          }),
        );
        const outcomes = await scheduler.waitFor(done);
        expect(outcomes.filter((line) => line.includes(": fault:"))).toEqual([]);
        expect(brokenInvariants(here.store)).toEqual([]);
      }),
      { numRuns: 2_000, interruptAfterTimeLimit: SECONDS * 1000, seed: 20_300_101 },
    );
  },
  SECONDS * 3000,
);
