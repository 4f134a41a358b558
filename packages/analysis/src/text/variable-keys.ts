import { parseTemplate, variablesOf } from "@portcullis/policy";

/** The context keys of a text's policy variables, in lower case. */
export const variableKeys = (text: string): readonly string[] =>
  variablesOf(parseTemplate(text, true, true)).map(({ key }) => key);
