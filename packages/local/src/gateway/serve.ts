import type { RequestListener } from "node:http";
import type { APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import { type HttpMessage, readMessage, respond } from "./http-message.ts";

export interface Gateway {
  readonly answer: (message: HttpMessage) => Promise<APIGatewayProxyStructuredResultV2>;
  /** The answer to a body that is larger than API Gateway accepts. */
  readonly tooLarge: () => APIGatewayProxyStructuredResultV2;
  /** The answer if `answer` throws. The error is for the log only. */
  readonly failed: () => APIGatewayProxyStructuredResultV2;
}

/** Reads each request completely, and answers it whatever happens. */
export function serve({ answer, tooLarge, failed }: Gateway): RequestListener {
  return async (request, response) => {
    const message = await readMessage(request).catch(() => "gone" as const);
    // A client that disconnects in the middle of a request gets no answer.
    if (message === "gone") return response.destroy();
    if (message === undefined) {
      // The rest of the body is never read, so no other request can follow on this connection.
      response.setHeader("connection", "close");
      return respond(response, tooLarge());
    }
    try {
      respond(response, await answer(message));
    } catch (error) {
      console.error(error);
      if (response.headersSent) response.destroy();
      else respond(response, failed());
    }
  };
}
