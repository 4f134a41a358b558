export { decodeRequest, encodeError, encodeResponse } from "./codec.ts";
export { errorStatus } from "./error/error-status.ts";
export {
  type Decoded,
  type Input,
  MAX_REQUEST_BYTES,
  type WireError,
  type WireRequest,
  type WireResponse,
} from "./message/wire.ts";
export { MAX_PARAMETER_NAME, MAX_PARAMETERS } from "./query/form.ts";
export type { Constraint, Constraints } from "./schema/constraints.ts";
export {
  type ErrorShape,
  loadService,
  type Operation,
  type Service,
  type ServiceName,
} from "./schema/service.ts";
export type { Shape, Structure } from "./schema/shape.ts";
export { validateInput } from "./validate/validate-input.ts";
