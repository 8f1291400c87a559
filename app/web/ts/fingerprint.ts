/** Recognises a file that is chosen again, even under another name, and only for the same account. */

const SAMPLE_BYTES = 65_536;

/** Phones give a picked video a new name and date each time, so the bytes speak: size, beginning and end. */
export async function fingerprint(file: File, account: string): Promise<string> {
  const head = await file.slice(0, SAMPLE_BYTES).arrayBuffer();
  const tail = await file.slice(Math.max(0, file.size - SAMPLE_BYTES)).arrayBuffer();
  return `${prefixOf(account)}${file.size}-${hash(head)}-${hash(tail)}`;
}

/** How the fingerprints of an account begin. */
export function prefixOf(account: string): string {
  return `visavis-${account}-`;
}

/** Two FNV-1a in parallel: no secret here, and Web Crypto is missing outside https. */
function hash(bytes: ArrayBuffer): string {
  let a = 0x811c9dc5;
  let b = 0x01000193;
  for (const byte of new Uint8Array(bytes)) {
    a = Math.imul(a ^ byte, 0x01000193);
    b = Math.imul(b ^ byte, 0x85ebca6b) ^ (b >>> 13);
  }
  return (a >>> 0).toString(36) + (b >>> 0).toString(36);
}
