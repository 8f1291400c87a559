/** The last step of sending: what has arrived whole becomes a video. */
import { _ } from "./french";
import { postJson, problemOf, sentenceOf, slugOf } from "./http";

const RETRY_DELAYS_MS = [1000, 3000, 10_000];

/** What has arrived whole, in the order in which it plays. */
export interface Arrived {
  urls: string[];
  /** How long each was filmed for, by our own timer, null where it cannot be trusted: what plays is held against it. */
  filmed_s?: (number | null)[];
  kind?: "video" | "voice" | undefined;
}

/** Why nothing was made of what arrived: what happened and what to do. */
export interface NotMade {
  sentence: string;
  /** Whether somebody has to sign in first; the bytes are kept meanwhile. */
  signedOut: boolean;
}

const UNREACHED: NotMade = {
  sentence: _("Tout est bien arrivé. Touche « Reprendre » pour terminer."),
  signedOut: false,
};
const SIGNED_OUT: NotMade = {
  sentence: _(
    "Tout est bien arrivé, et gardé. Mais tu n’es plus connecté : touche « Reprendre », reconnecte-toi, et c’est fini.",
  ),
  signedOut: true,
};

/**
 * Asks the server to make one presentation of complete uploads, in the order in which they play; null when it did,
 * else what happened and what to do.
 */
export async function handOver(
  address: string,
  { urls, filmed_s = [], kind = "video" }: Arrived,
  signal?: AbortSignal,
): Promise<NotMade | null> {
  const wanted = { upload_ids: urls.map(uploadIdOf), kind, filmed_s };
  const response = await answered(address, wanted, signal);
  if (!response) {
    return UNREACHED;
  }
  const problem = response.ok ? null : await problemOf(response);
  if (!problem || slugOf(problem) === "envoi-deja-recu") {
    return null;
  }
  if (problem.status === 401 || slugOf(problem) === "jeton-de-page") {
    return SIGNED_OUT;
  }
  return {
    sentence:
      sentenceOf(problem) || _("Tout est bien arrivé, mais il reste un problème chez nous."),
    signedOut: false,
  };
}

/** Asks until there is an answer, for as long as one waits; asking twice makes nothing twice. */
async function answered(
  address: string,
  wanted: object,
  signal: AbortSignal | undefined,
): Promise<Response | null> {
  for (const delay_ms of [...RETRY_DELAYS_MS, null]) {
    const response = await postJson(address, wanted).catch(() => null);
    if (signal?.aborted) {
      return null;
    }
    if (delay_ms === null || (response && response.status < 500)) {
      return response;
    }
    await new Promise((resolve) => setTimeout(resolve, delay_ms));
  }
  return null;
}

/** The id of an upload, by its address. */
function uploadIdOf(url: string): string {
  return new URL(url, location.href).pathname.split("/").filter(Boolean).pop() ?? "";
}
