import { type OperationTable, operation } from "../../model/operation.ts";
import type { ServiceCatalog } from "../../protected-api.ts";

const NOTHING: ServiceCatalog = { Apis: [], Services: [] };

export const serviceReferenceOperations: OperationTable = {
  // It tells nothing of any account: an installation protects the same APIs for all of them.
  GetServiceReference: operation<object, ServiceCatalog & { $metadata?: object }>({
    action: "portcullis:GetServiceReference",
    target: () => ({ arn: "*" }),
    run: async ({ settings }) => settings.catalog?.() ?? NOTHING,
  }),
};
