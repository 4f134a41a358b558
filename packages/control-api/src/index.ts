export { createAccessEvaluation } from "./access-evaluation/access-evaluation.ts";
export { createControlApi } from "./control-api.ts";
export type { ControlApiOptions } from "./model/options.ts";
export type { ControlApi, ControlRequest } from "./model/request.ts";
export type { ControlService } from "./model/service.ts";
