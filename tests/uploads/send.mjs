/** Sends a file with tus-js-client, as its own documentation says: module, endpoint, file, then headers. */
import { createReadStream, statSync } from "node:fs";
import { createRequire } from "node:module";

const [module, endpoint, file, ...lines] = process.argv.slice(2);
const { Upload } = createRequire(import.meta.url)(module);

const upload = new Upload(createReadStream(file), {
  endpoint,
  uploadSize: statSync(file).size,
  chunkSize: 2 * 1024 * 1024,
  retryDelays: [0, 200, 500, 1000, 2000, 4000, 8000, 8000],
  metadata: { filename: "film.mp4", filetype: "video/mp4" },
  headers: Object.fromEntries(lines.map((line) => line.split(": "))),
  onChunkComplete: (_, sent) => console.log(`sent ${sent}`),
  onError: (error) => {
    console.error(error);
    process.exit(1);
  },
  onSuccess: () => console.log(`finished ${upload.url}`),
});
upload.start();
