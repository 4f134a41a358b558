import type { CompiledPolicy } from "@portcullis/policy";
import { compiled } from "./compiled-policies.ts";

const DOCUMENT = JSON.stringify({
  Version: "2012-10-17",
  Statement: { Effect: "Allow", Action: "*", Resource: "*" },
});

/** Stands for a side of a decision that is judged by itself, or is not to count. Never for what a caller is granted. */
export const allowsAnything = (): CompiledPolicy =>
  compiled(DOCUMENT, "anything", "identity-based", "identity");
