// Builds what browsers load: hashed scripts, styles, fonts and images, the icon sprite, and the
// manifest by which app/web/templating.py finds them.
import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { basename, dirname, extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const out = join(here, "static/build");
const lucide = join(here, "node_modules/lucide-static/icons");
const kept = new Set();
const NAMES = { "ts/main.ts": "main.js", "css/main.css": "main.css", "css/map.css": "map.css" };
const PLAYER = "ts/player/player.ts";
// hls.js is built from its sources, without what no video of ours has: a third less to fetch before the
// first sound.  Its light build has no second sound track, and ours is one.
const HLS = "node_modules/hls.js/src/exports-named.ts";
const HLS_LEAVES_OUT = [
  ...["CMCD", "CONTENT_STEERING", "EME_DRM", "IFRAMES", "INTERSTITIALS", "M2TS_ADVANCED_CODECS"],
  ...["MEDIA_CAPABILITIES", "SUBTITLES", "VARIABLE_SUBSTITUTION"],
];

async function writeHashed(name, bytes) {
  const hash = createHash("sha256").update(bytes).digest("hex").slice(0, 10);
  const extension = extname(name);
  const hashed = `${basename(name, extension)}-${hash}${extension}`;
  await writeFile(join(out, hashed), bytes);
  kept.add(hashed);
  return hashed;
}

/** What the sources of hls.js ask the build that they are made for. */
async function hlsFlags() {
  const { version } = JSON.parse(
    await readFile(join(here, "node_modules/hls.js/package.json"), "utf8"),
  );
  return {
    ...Object.fromEntries(HLS_LEAVES_OUT.map((name) => [`__USE_${name}__`, "false"])),
    __USE_ALT_AUDIO__: "true",
    __IN_WORKER__: "false",
    __HLS_WORKER_BUNDLE__: "null",
    __VERSION__: JSON.stringify(version),
  };
}

async function buildCode() {
  const result = await build({
    absWorkingDir: here,
    entryPoints: { main: "ts/main.ts", style: "css/main.css", map: "css/map.css" },
    outdir: "static/build",
    bundle: true,
    splitting: true,
    format: "esm",
    alias: { "hls.js": `./${HLS}` },
    define: await hlsFlags(),
    target: ["es2020", "chrome90", "firefox90", "safari15"],
    minify: true,
    sourcemap: "linked",
    metafile: true,
    entryNames: "[name]-[hash]",
    chunkNames: "[name]-[hash]",
    assetNames: "[name]-[hash]",
    publicPath: "/static/build/",
    loader: { ".woff2": "file", ".svg": "file", ".png": "file" },
    legalComments: "linked",
    logLevel: "warning",
  });
  const manifest = {};
  const { outputs } = result.metafile;
  for (const [path, output] of Object.entries(outputs)) {
    const file = basename(path);
    kept.add(file);
    if (output.entryPoint in NAMES) {
      manifest[NAMES[output.entryPoint]] = file;
    } else if (extname(file) === ".woff2") {
      manifest[file.replace(/-[A-Z0-9]{8}\.woff2$/, ".woff2")] = file;
    }
  }
  const player = Object.keys(outputs).find((path) => outputs[path].entryPoint === PLAYER);
  return { manifest, player: [...needed(outputs, player)].map((path) => basename(path)) };
}

/** A script and all that it imports, which a browser would only find out one after the other. */
function needed(outputs, path, found = new Set()) {
  if (!found.has(path)) {
    found.add(path);
    for (const { path: other, kind } of outputs[path].imports) {
      if (kind === "import-statement") {
        needed(outputs, other, found);
      }
    }
  }
  return found;
}

async function buildSprite() {
  const names = JSON.parse(await readFile(join(here, "icons.json"), "utf8"));
  const symbols = await Promise.all(
    names.map(async (name) => {
      const svg = await readFile(join(lucide, `${name}.svg`), "utf8");
      const drawing = svg.replace(/<!--.*?-->/gs, "").match(/<svg[^>]*>(.*)<\/svg>/s)[1];
      return `<symbol id="${name}" viewBox="0 0 24 24">${drawing.replace(/\s*\n\s*/g, "")}</symbol>`;
    }),
  );
  const sprite = `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>`;
  return { file: await writeHashed("icons.svg", sprite), names };
}

async function buildImages() {
  const manifest = {};
  for (const name of await readdir(join(here, "static/img"))) {
    manifest[name] = await writeHashed(name, await readFile(join(here, "static/img", name)));
  }
  return manifest;
}

async function removeOutdated() {
  for (const file of await readdir(out)) {
    if (file !== "manifest.json" && !kept.has(file)) {
      await rm(join(out, file));
    }
  }
}

await mkdir(out, { recursive: true });
const sprite = await buildSprite();
const code = await buildCode();
const files = { ...(await buildImages()), ...code.manifest, "icons.svg": sprite.file };
// The manifest comes last and old files leave after it, so that a running server never misses one.
await writeFile(
  join(out, "manifest.json"),
  JSON.stringify({ files, icons: sprite.names, parts: code.player }, null, 2),
);
await removeOutdated();
