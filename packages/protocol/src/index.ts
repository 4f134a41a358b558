export { decodeRequest, encodeError, encodeResponse } from "./codec.ts";
export type { Constraint, Constraints } from "./constraints.ts";
export { errorStatus } from "./error-status.ts";
export { MAX_PARAMETER_NAME, MAX_PARAMETERS } from "./form.ts";
export {
  type ErrorShape,
  loadService,
  type Operation,
  type Service,
  type ServiceName,
} from "./service.ts";
export type { Shape, Structure } from "./shape.ts";
export { validateInput } from "./validate-input.ts";
export {
  type Decoded,
  type Input,
  MAX_REQUEST_BYTES,
  type WireError,
  type WireRequest,
  type WireResponse,
} from "./wire.ts";
