import { expect, test } from "vitest";
import { auditFaults, type Ledger, lostWrites } from "./ledger.ts";

const ledger: Ledger = {
  users: new Map([
    ["ana", "there"],
    ["bob", "gone"],
    ["eve", "unknown"],
  ]),
  changes: new Map([
    ["r1", "CreateUser"],
    ["r2", "CreateUser"],
    ["r3", "DeleteUser"],
  ]),
};
const events = [
  { name: "CreateUser", requestId: "r1", userName: "ana" },
  { name: "CreateUser", requestId: "r2", userName: "bob" },
  { name: "DeleteUser", requestId: "r3", userName: "bob" },
];

test("a write that was acknowledged is there", () => {
  expect(lostWrites(ledger, new Set(["ana"]))).toEqual([]);
  expect(lostWrites(ledger, new Set(["ana", "eve"]))).toEqual([]);
  expect(lostWrites(ledger, new Set(["bob"]))).toEqual([
    "ana was created and is lost",
    "bob was deleted and is there",
  ]);
});

test("a change has one event", () => {
  expect(auditFaults(ledger, events, new Set(["ana"]))).toEqual([]);
  expect(auditFaults(ledger, events.slice(1), new Set())).toEqual([
    "the audit trail has 0 events of CreateUser r1: ",
  ]);
  expect(auditFaults(ledger, [...events, ...events.slice(0, 1)], new Set(["ana"]))).toEqual([
    "the audit trail has 2 events of CreateUser r1: CreateUser,CreateUser",
  ]);
});

test("the events account for the users", () => {
  expect(auditFaults(ledger, events, new Set(["ana", "eve"]))).toEqual([
    "eve is there, and not so by the audit trail",
  ]);
  expect(auditFaults(ledger, events, new Set())).toEqual(["ana is there by the audit trail only"]);
});
