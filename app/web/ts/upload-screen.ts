/** What the upload form shows: choosing a file, then its way. */
import { showPercent } from "./bar";
import { _ } from "./french";
import { SendingScreen } from "./sending-screen";

export class UploadScreen extends SendingScreen {
  chosenFile(): File | null {
    return this.input?.files?.[0] ?? null;
  }

  private get input(): HTMLInputElement | null {
    return this.root.querySelector('input[type="file"]');
  }

  /** What was wrong with another file, or with none, is past. */
  onChoice(): void {
    this.input?.addEventListener("change", () => {
      this.part("error").hidden = true;
    });
    this.offerCamera();
  }

  /** A phone films with its own application too, whatever this browser can do. */
  private offerCamera(): void {
    const shoot = this.part("shoot");
    shoot.hidden = !window.matchMedia("(pointer: coarse)").matches;
    shoot.addEventListener("click", () => {
      this.input?.setAttribute("capture", "user");
      this.input?.click();
      this.input?.removeAttribute("capture"); // the field itself chooses among what is there
    });
  }

  tellUnfinished(name: string): void {
    this.notice(
      name
        ? _(
            "L’envoi de « %(name)s » n’est pas fini. Choisis la même vidéo : seul ce qui manque sera envoyé.",
            { name },
          )
        : _("L’envoi n’est pas fini. Choisis la même vidéo : seul ce qui manque sera envoyé."),
    );
  }

  /** A page before this one sent it. */
  tellArrived(name: string): void {
    this.show(name);
    showPercent(this.root, 100);
    const sentence = _("Ta vidéo est bien arrivée : on la prépare.");
    this.part("sentence").textContent = sentence;
    this.say(sentence);
  }

  beginFile(file: File): void {
    this.show(file.name);
    this.begin(file.size);
    this.part("pause").focus();
  }

  private show(name: string): void {
    this.part("unfinished").hidden = true;
    this.part("choose").hidden = true;
    this.part("progress").hidden = false;
    this.part("name").textContent = name;
  }

  private notice(sentence: string): void {
    this.say(sentence);
    this.part("unfinished").textContent = sentence;
    this.part("unfinished").hidden = false;
  }

  override reset(): void {
    super.reset();
    this.part("choose").hidden = false;
  }
}
