import type { RequestListener } from "node:http";
import type { APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import { type HttpMessage, readMessage, respond } from "./http-message.ts";

export interface Gateway {
  readonly answer: (message: HttpMessage) => Promise<APIGatewayProxyStructuredResultV2>;
  /** What is said of a body that is larger than API Gateway takes. */
  readonly tooLarge: () => APIGatewayProxyStructuredResultV2;
  /** What is said when `answer` throws; the error itself is for the log only. */
  readonly failed: () => APIGatewayProxyStructuredResultV2;
}

/** Reads each request whole, and answers it whatever happens. */
export function serve({ answer, tooLarge, failed }: Gateway): RequestListener {
  return async (request, response) => {
    const message = await readMessage(request).catch(() => "gone" as const);
    // Whoever goes away in the middle of a request is nobody's fault and gets no answer.
    if (message === "gone") return response.destroy();
    if (message === undefined) {
      // The rest of the body is never read: no other request can come after it.
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
