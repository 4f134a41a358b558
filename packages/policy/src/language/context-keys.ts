import { parseOperatorName } from "../condition/operator.ts";
import { parseTemplate, variablesOf } from "../match/template.ts";
import { resourceStart } from "../model/arn.ts";
import type { Policy } from "../model/policy.ts";

/**
 * The context keys in a policy's conditions and variables, as the policy spells them, each once
 * regardless of case.
 */
export function requiredContextKeys(policy: Policy): readonly string[] {
  const keys = new Map<string, string>();
  const add = (name: string) => {
    const key = name.toLowerCase();
    if (!keys.has(key)) keys.set(key, name);
  };
  const addVariables = (text: string) => {
    for (const variable of variablesOf(parseTemplate(text, true, policy.version === "2012-10-17")))
      add(variable.name);
  };
  for (const { resource, condition } of policy.statements) {
    for (const pattern of resource?.patterns ?? [])
      addVariables(pattern.slice(resourceStart(pattern)));
    for (const { operator, key, values } of condition) {
      add(key);
      if (parseOperatorName(operator)?.operator.variables === true) values.forEach(addVariables);
    }
  }
  return [...keys.values()];
}
