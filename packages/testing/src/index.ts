export { detailsOf, type ReadText } from "./account/account-model.ts";
export { accountOf } from "./account/caller.ts";
export { textOf } from "./account/compiled-documents.ts";
export { type DataFile, parseData } from "./file/data-file.ts";
export { parseTestFile } from "./file/parse-test-file.ts";
export type { TestFile } from "./file/test-file.ts";
export { InputFault } from "./input-fault.ts";
export { requestedBy } from "./request/requested.ts";
export {
  definitionOf,
  isServiceReference,
  type KnownServices,
  knownServices,
  type NamedData,
} from "./request/services.ts";
export { accountIn, decide, type World, worldOf } from "./request/world.ts";
export { casesOf } from "./run/cases.ts";
export { percentOf, type Share } from "./run/coverage.ts";
export type { CaseResult } from "./run/run-case.ts";
export { type FileResult, runTests } from "./run/run-tests.ts";
export { nearMissText, policyName, reasonText, statementName } from "./words/explanation-text.ts";
