import type { OperationTable } from "../../model/operation.ts";
import { accessCheckOperations } from "./access-check.ts";
import { analyzerOperations } from "./analyzer.ts";
import { analyzerTagOperations } from "./analyzer-tag.ts";
import { archiveRuleOperations } from "./archive-rule.ts";
import { findingOperations } from "./finding.ts";
import { policyGenerationOperations } from "./policy-generation.ts";
import { policyValidationOperations } from "./policy-validation.ts";

/**
 * The operations of Access Analyzer that are offered. Actions and resources are those of AWS's
 * Service Authorization Reference (list_awsiamaccessanalyzer).
 */
export const accessAnalyzerOperations: OperationTable = {
  ...policyValidationOperations,
  ...accessCheckOperations,
  ...analyzerOperations,
  ...archiveRuleOperations,
  ...findingOperations,
  ...analyzerTagOperations,
  ...policyGenerationOperations,
};
