import { dateTime } from "../json/read-value.ts";
import { Malformed } from "../message/malformed.ts";
import type { Shape } from "../schema/shape.ts";

/**
 * The value of a member that is bound to the query string or to a header.
 * @param name the parameter's name, for the message
 * @throws {Malformed} `ValidationException`
 */
export function boundValue(texts: readonly string[], shape: Shape, name: string): unknown {
  if (shape.kind === "list") return texts.map((text) => scalar(text, shape.member, name));
  const [text = "", ...more] = texts;
  if (more.length > 0) throw invalid(name, "is given more than once");
  return scalar(text, shape, name);
}

function scalar(text: string, shape: Shape, name: string): unknown {
  switch (shape.kind) {
    case "string":
      return text;
    case "boolean":
      if (text !== "true" && text !== "false") throw invalid(name, "must be true or false");
      return text === "true";
    case "number":
      if (!/^-?\d{1,15}$/.test(text)) throw invalid(name, "must be an integer");
      return Number(text);
    case "timestamp": {
      const time = dateTime(text);
      if (time === undefined || Number.isNaN(time.getTime()))
        throw invalid(name, "must be a timestamp such as 2019-11-01T12:00:00Z");
      return time;
    }
    default:
      throw new TypeError(`\`${name}\` is bound to a ${shape.kind}`);
  }
}

const invalid = (name: string, what: string) =>
  new Malformed("ValidationException", `\`${name}\` ${what}`);
