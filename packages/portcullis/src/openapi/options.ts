import { Option } from "commander";

export const basePathOption = (): Option =>
  new Option(
    "--base-path <path>",
    "what comes before the document's paths, such as /v1; by default the first server's path",
  );
