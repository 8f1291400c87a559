/** What we use of hls.js: asked for by name, the build leaves the rest out. */
export { default, FetchLoader } from "hls.js";
