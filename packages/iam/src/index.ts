export { accountOfAccessKeyId, makeAccessKeyId, makeUniqueId } from "./access-key-id.ts";
export { ApiError, type ErrorCode } from "./error.ts";
export type { Caller, CallerSession } from "./model/caller.ts";
export type { Operation, OperationContext, OperationTable, Target } from "./model/operation.ts";
export { SealBroken, type Sealer } from "./sealing/sealer.ts";
export { DEFAULT_QUOTAS, LIMITS, type Quotas, type Settings } from "./settings.ts";
export {
  Conflict,
  type Expectation,
  type Key,
  QuotaReached,
  type Range,
  type Reader,
  type Store,
  type Stored,
  type Write,
} from "./storage/store.ts";
export { atomically, type RecordKey, type UnitOfWork, unitOfWork } from "./storage/unit-of-work.ts";
