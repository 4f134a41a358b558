import { type Project, projectOf } from "./project.ts";

/**
 * Characters of a fragment that a link may have. A fragment stays in the browser, so that no server
 * sees it; some chat programs cut addresses that are longer.
 */
export const MOST_LINK = 32_000;

/** Bytes that a link may unpack to: a small text can hold a very large one. */
const MOST_BYTES = 1_048_576;

const VERSION = "1.";

/** A project as the fragment of an address, without `#`. */
export async function fragmentOf(project: Project): Promise<string> {
  const bytes = new TextEncoder().encode(JSON.stringify(project));
  const packed = await readAll(through(bytes, new CompressionStream("deflate-raw")), MOST_BYTES);
  return packed === undefined ? "" : VERSION + base64url(packed);
}

/** The project of a fragment; undefined: it holds none. Any text will do. */
export async function projectOfFragment(fragment: string): Promise<Project | undefined> {
  const text = fragment.replace(/^#/, "");
  if (!text.startsWith(VERSION) || text.length > MOST_LINK) return undefined;
  try {
    const packed = bytesOf(text.slice(VERSION.length));
    const bytes = await readAll(
      through(packed, new DecompressionStream("deflate-raw")),
      MOST_BYTES,
    );
    return bytes && projectOf(JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes)));
  } catch (error) {
    // Not base64, not compressed, not UTF-8 or not JSON.
    if (error instanceof Error) return undefined;
    throw error;
  }
}

function through(bytes: Uint8Array<ArrayBuffer>, step: GenericTransformStream) {
  return new Blob([bytes]).stream().pipeThrough<Uint8Array>(step);
}

/** Undefined: there is more than `most`, and the rest is not read. */
async function readAll(
  stream: ReadableStream<Uint8Array>,
  most: number,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const parts: Uint8Array[] = [];
  let length = 0;
  const reader = stream.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    length += value.length;
    if (length > most) {
      await reader.cancel();
      return undefined;
    }
    parts.push(value);
  }
  const whole = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function base64url(bytes: Uint8Array): string {
  const text = Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
  return btoa(text).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

const bytesOf = (text: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (one) => one.charCodeAt(0));
