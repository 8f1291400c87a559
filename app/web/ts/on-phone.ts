/**
 * What is still only on this phone, and its sending once each byte costs nothing: `<section data-visavis-on-phone>`,
 * see the macro `on_phone` in videos/studio.html for its parts.
 */
import { _ } from "./french";
import { isMetered } from "./link";
import { partOf } from "./parts";
import { chosenOf } from "./studio/choice";
import { keptSentence } from "./studio/kept";
import { type Take, Takes } from "./studio/takes";

const TAKES_PAGE = "/moi/video/nouvelle#prises";

export function bind(root: HTMLElement): void {
  void Takes.open().then(
    (takes) => tell(root, takes),
    () => undefined, // a browser that keeps nothing has nothing to tell
  );
}

async function tell(root: HTMLElement, takes: Takes): Promise<void> {
  const { account = "" } = root.dataset;
  const [kept, erased] = [await takes.of(account), await takes.erasedOf(account)];
  if (kept.length === 0 && erased.length === 0) {
    return;
  }
  const { Sendings } = await import("./studio/sending-take"); // only who has something to send loads it
  const { endpoint = "/files/", maxBytes = "0" } = root.dataset;
  const sendings = new Sendings(takes, { endpoint, maxBytes: Number(maxBytes) });
  void sendings.sweep(account);
  if (kept.length > 0) {
    root.hidden = false;
    partOf(root, "kept").textContent = keptSentence(kept);
    // Beside the studio, it alone sends: there, somebody may be about to film again.
    await ("leavesAlone" in root.dataset && sendLater(root, takes, sendings, kept));
  }
}

/** What waits for an unmetered connection, with all that was filmed for it; nothing while its owner films on. */
function waitingOf(kept: Take[]): { chosen: Take[]; filmed: Take[] } {
  const kind = kept.find(({ later }) => later)?.kind;
  const filmed = kept.filter((take) => take.kind === kind);
  const chosen = chosenOf(filmed);
  return { chosen: chosen.every(({ later }) => later) ? chosen : [], filmed };
}

async function sendLater(
  root: HTMLElement,
  takes: Takes,
  sendings: import("./studio/sending-take").Sendings,
  kept: Take[],
): Promise<void> {
  const { chosen, filmed } = waitingOf(kept);
  if (chosen.length === 0) {
    return;
  }
  const { SendScreen } = await import("./studio/send-screen");
  const leave = () => location.assign(TAKES_PAGE);
  const screen = new SendScreen(root, sendings, takes, root.dataset, leave);
  const begin = () => {
    partOf(root, "now").hidden = partOf(root, "wifi").hidden = true;
    void screen.begin(chosen, filmed);
  };
  if (isMetered() === false) {
    begin();
  } else {
    offer(root, () => {
      begin();
      partOf(root, "pause").focus();
    });
  }
}

/** Where the browser does not say what the connection costs, or says that it costs, a person decides. */
function offer(root: HTMLElement, act: () => void): void {
  const button = partOf(root, "now");
  button.hidden = false;
  button.addEventListener("click", act, { once: true });
  partOf(root, "wifi").hidden = false;
  partOf(root, "wifi").textContent =
    isMetered() === true
      ? _("Tu es en données mobiles : ça partira tout seul en wifi.")
      : _("Tu es en wifi ? Tu peux l’envoyer maintenant.");
}
