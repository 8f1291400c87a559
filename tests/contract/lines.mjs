/** How the clients in this folder talk to the test: an order in JSON, then a line for each thing that happens. */
import { createInterface } from "node:readline";
import { FileUrlStorage } from "tus-js-client";

export const order = JSON.parse(process.argv[2]);

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();

export function say(event, more = {}) {
  process.stdout.write(`${JSON.stringify({ event, ...more })}\n`);
}

/** Waits until the test says that things may go on. */
export async function told() {
  say("held");
  await lines.next();
}

let deleted;

/** Comes once the server has answered that an upload is deleted. */
export const deletion = new Promise((resolve) => {
  deleted = resolve;
});

/** What tus-js-client is told, alone or under Uppy; `onChunk` hears how many bytes were accepted. */
export function tusOptions(onChunk) {
  let patches = 0;
  return {
    endpoint: order.endpoint,
    headers: order.headers,
    retryDelays: order.retry_ms,
    ...(order.storage && { urlStorage: new FileUrlStorage(order.storage) }),
    ...order.options,
    onBeforeRequest: async (request) => {
      patches += request.getMethod() === "PATCH" ? 1 : 0;
      if (request.getMethod() === "PATCH" && patches === order.hold_before_chunk) {
        await told();
      }
    },
    onAfterResponse: (request, response) => {
      const [method, status] = [request.getMethod(), response.getStatus()];
      say("answered", { method, status, body: response.getBody() });
      if (method === "DELETE") {
        deleted();
      }
    },
    onChunkComplete: (_, accepted) => {
      say("chunk", { bytes: accepted });
      onChunk(accepted);
    },
  };
}
