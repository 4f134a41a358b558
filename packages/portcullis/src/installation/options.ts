import { InvalidArgumentError, Option } from "commander";

export const dataDirectoryOption = (): Option =>
  new Option("--data-dir <directory>", "the data directory of a local installation")
    .env("PORTCULLIS_DATA_DIR")
    .default(".portcullis");

export const portOption = (flags: string, description: string, usual: number): Option =>
  new Option(flags, description)
    .argParser((text) => wholeNumber(text, 65_535, "a port from 0 to 65535 (0: any free one)"))
    .default(usual);

export const secondsOption = (flags: string, description: string, usual: number): Option =>
  new Option(flags, description)
    .argParser((text) => wholeNumber(text, 86_400, "a number of seconds up to 86400"))
    .default(usual);

export const megabytesOption = (flags: string, description: string, usual: number): Option =>
  new Option(flags, description)
    .argParser((text) => wholeNumber(text, 1_048_576, "a number of megabytes up to 1048576"))
    .default(usual);

function wholeNumber(text: string, most: number, wanted: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value > most) throw new InvalidArgumentError(`It must be ${wanted}.`);
  return value;
}
