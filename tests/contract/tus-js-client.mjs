/** Sends a file with tus-js-client, as its own documentation says. */
import { createReadStream } from "node:fs";
import { PassThrough } from "node:stream";
import { Upload } from "tus-js-client";
import { order, say, tusOptions } from "./lines.mjs";

const file = createReadStream(order.files[0]);

const upload = new Upload(order.options.uploadLengthDeferred ? file.pipe(new PassThrough()) : file, {
  ...tusOptions((accepted) => {
    if (order.stop_at_bytes && accepted >= order.stop_at_bytes) {
      upload.abort(order.terminate).then(() => end("stopped"));
    }
  }),
  metadata: order.metadata,
  onError: (error) => end("failed", { status: error.originalResponse?.getStatus() ?? null }),
  onSuccess: () => end("finished", { url: upload.url }),
});

function end(event, more = {}) {
  say(event, more);
  process.exit();
}

const [previous] = await upload.findPreviousUploads();
if (previous) {
  upload.resumeFromPreviousUpload(previous);
}
upload.start();
