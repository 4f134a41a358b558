import type { RecordKey } from "../storage/unit-of-work.ts";
import { partitionOf } from "./partition.ts";

/**
 * A login of an application, made when its authorization code was used. The record expires with the
 * login. An authorization code that is used again ends the login.
 */
export interface LoginSessionRecord {
  /** ISO 8601. */
  readonly startedAt: string;
  readonly ended?: true;
}

/**
 * The key of a login.
 * @param id the id in the authorization code and in the refresh tokens
 */
export const loginSessionKey = (account: string, id: string): RecordKey<LoginSessionRecord> => ({
  account,
  partition: partitionOf("login-session", id),
  sort: "record",
});
