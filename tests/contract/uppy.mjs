/** Sends files with Uppy, as its own documentation says. */
import { createReadStream } from "node:fs";
import { basename } from "node:path";
import { PassThrough } from "node:stream";
import Uppy from "@uppy/core";
import Tus from "@uppy/tus";
import { deletion, order, say, told, tusOptions } from "./lines.mjs";

const uppy = new Uppy();
let paused = false;

async function heard(accepted) {
  if (order.stop_at_bytes && accepted >= order.stop_at_bytes) {
    if (order.terminate) {
      uppy.cancelAll();
    } else {
      uppy.pauseAll();
      say("stopped");
      process.exit();
    }
  }
  if (order.pause_at_bytes && accepted >= order.pause_at_bytes && !paused) {
    paused = true;
    uppy.pauseAll();
    await told();
    uppy.resumeAll();
  }
}

uppy.use(Tus, tusOptions(heard));
uppy.on("upload-success", (file, response) =>
  say("finished", { name: file.name, url: response.uploadURL }),
);
uppy.on("upload-error", (_file, _error, response) =>
  say("failed", { status: response?.status ?? null }),
);
for (const path of order.files) {
  const file = createReadStream(path);
  uppy.addFile({
    name: basename(path),
    type: "video/mp4",
    data: order.options.uploadLengthDeferred ? file.pipe(new PassThrough()) : file,
    meta: order.metadata,
  });
}
await uppy.upload();
if (order.terminate) {
  await deletion;
}
if (order.retry) {
  await told();
  await uppy.retryAll();
}
process.exit();
