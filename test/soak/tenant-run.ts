import type { TestCredentials } from "../support/harness.ts";
import type { Ledger } from "./ledger.ts";
import type { Product } from "./product.ts";
import type { SoakRecord } from "./record.ts";

/** One account of the soak. */
export interface Tenant {
  readonly account: string;
  readonly admin: TestCredentials;
  readonly caller: TestCredentials;
  readonly role: string;
  readonly federatedRole: string;
}

export interface Traffic {
  readonly product: Product;
  readonly record: SoakRecord;
  readonly started: number;
  readonly until: number;
  /** From one step of an account to its next. */
  readonly paceMilliseconds: number;
  readonly issueToken: () => Promise<string>;
  /** When the outcome of a sign-in was last unknown. Shared, since all come from one address. */
  readonly lastLostSignIn: { at: number };
}

/** One account's part of a soak. */
export interface TenantRun {
  readonly traffic: Traffic;
  readonly tenant: Tenant;
  readonly ledger: Ledger;
  /** Measures a call. @throws {Unknown} for a call that has no answer, or is throttled */
  timed<T>(kind: string, work: () => Promise<T>): Promise<T>;
  violation(text: string): void;
}

/** A call whose outcome is not known. */
export class Unknown extends Error {
  override readonly name = "Unknown";
}
