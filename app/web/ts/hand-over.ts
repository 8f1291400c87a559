/** The last step of sending: what has arrived whole becomes a video. */
import { _ } from "./french";
import { postJson, problemOf, sentenceOf } from "./http";

/**
 * Asks the server to make one presentation of complete uploads, in the order in which they play; null when it did,
 * else what happened and what to do.
 */
export async function handOver(
  address: string,
  urls: string[],
  kind: "video" | "voice" = "video",
): Promise<string | null> {
  try {
    const response = await postJson(address, { upload_ids: urls.map(uploadIdOf), kind });
    if (response.ok) {
      return null;
    }
    const said = sentenceOf(await problemOf(response));
    return said || _("Ta vidéo est bien arrivée, mais il reste un problème chez nous.");
  } catch {
    return _("Ta vidéo est bien arrivée. Touche « Reprendre » pour terminer.");
  }
}

/** The id of an upload, by its address. */
function uploadIdOf(url: string): string {
  return new URL(url, location.href).pathname.split("/").filter(Boolean).pop() ?? "";
}
