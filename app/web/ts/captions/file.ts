/** Takes captions from a file, which the server reads and judges. */
import { _ } from "../french";
import { csrfToken, problemOf, sentenceOf } from "../http";
import { partOf } from "../parts";
import type { Saving, Standing } from "./saving";

const MOST_BYTES = 200_000;

export function bindFile(
  element: HTMLElement,
  saving: Saving,
  tell: (standing: Standing) => void,
): void {
  const part = partOf(element, "upload");
  const field = part.querySelector("input");
  part.hidden = false;
  field?.addEventListener("change", () => {
    const file = field.files?.[0];
    if (file) {
      void take(element.dataset.file ?? "", file, saving).then((refused) => {
        field.value = "";
        if (refused === "") {
          location.reload();
        } else if (refused !== null) {
          tell({ sentence: refused, failed: true, conflict: false });
        }
      });
    }
  });
}

/** Returns why the file was not taken, empty when it was, null when the page says already why not. */
async function take(address: string, file: File, saving: Saving): Promise<string | null> {
  if (file.size > MOST_BYTES) {
    return _("Le fichier est trop lourd\u00a0: 200 Ko au plus.");
  }
  if (!(await saving.flush())) {
    return null;
  }
  const fields = new URLSearchParams({
    revision: String(saving.revision),
    text: decoded(await file.arrayBuffer()),
  });
  try {
    const response = await fetch(address, {
      method: "POST",
      headers: { Accept: "application/json", "X-CSRF-Token": csrfToken() },
      body: fields,
      credentials: "same-origin",
    });
    return response.ok ? "" : sentenceOf(await problemOf(response));
  } catch {
    return _("La connexion est coupée\u00a0: à recommencer dans un instant.");
  }
}

/** Files of older tools are not UTF-8. */
function decoded(bytes: ArrayBuffer): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder("windows-1252").decode(bytes);
  }
}
