// Keeps web pages away from the embedded engine, which checks no signature and answers every origin
// (`Access-Control-Allow-Origin: *`). A browser sends `Origin` with every POST (Fetch, section
// 3.2), and the engine's API has no other method: so a connection must begin with a POST, and ends
// when an `Origin` header is on its way. The bytes are not parsed otherwise, which costs 0.04 ms a
// request: a line of a DynamoDB request that begins with `origin:` can only be a header, since
// bodies are JSON.
import { connect, createServer } from "node:net";

const METHOD = "POST ";
const ORIGIN = /\norigin:/i;
const IDLE_MILLISECONDS = 10_000;
const LINGER_MILLISECONDS = 1_000;
const REFUSAL = "HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";

/** Listens on `host` in front of `target`; resolves with the port. */
export function startGuard(host, target) {
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    let start = Buffer.alloc(0);
    socket.setTimeout(IDLE_MILLISECONDS, () => socket.destroy());
    socket.on("error", () => socket.destroy());
    socket.on("end", () => socket.end());
    socket.on("data", function read(chunk) {
      start = Buffer.concat([start, chunk]);
      if (start.length < METHOD.length) return;
      socket.off("data", read).setTimeout(0);
      if (start.toString("latin1", 0, METHOD.length) === METHOD) forward(socket, start, target);
      else refuse(socket);
    });
  });
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, host, () => resolve(server.address().port));
  });
}

function forward(socket, start, target) {
  const engine = connect({ ...target, noDelay: true });
  engine.on("error", () => socket.destroy());
  const close = () => socket.destroySoon();
  engine.on("close", close);
  socket.on("close", () => engine.destroy());
  socket.on("end", () => engine.end());
  engine.pipe(socket);
  let tail = "";
  const read = (chunk) => {
    const text = tail + chunk.toString("latin1");
    if (ORIGIN.test(text)) {
      // The blank line that ends the headers comes after this one, so the engine has no whole
      // request.
      engine.off("close", close).unpipe(socket).destroy();
      socket.off("data", read);
      refuse(socket);
      return;
    }
    tail = text.slice(-"\norigin".length);
    if (engine.write(chunk)) return;
    socket.pause();
    engine.once("drain", () => socket.resume());
  };
  socket.on("data", read);
  read(start);
}

function refuse(socket) {
  socket.end(REFUSAL);
  // Unread bytes would reset the connection before the client has read the answer.
  socket.resume();
  setTimeout(() => socket.destroy(), LINGER_MILLISECONDS).unref();
}
