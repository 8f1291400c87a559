/** What the upload form shows: choosing a file, then its way. */
import { _ } from "./french";
import { SendingScreen } from "./sending-screen";

export class UploadScreen extends SendingScreen {
  chosenFile(): File | null {
    return this.root.querySelector<HTMLInputElement>('input[type="file"]')?.files?.[0] ?? null;
  }

  /** What was wrong with another file, or with none, is past. */
  onChoice(): void {
    this.root.querySelector('input[type="file"]')?.addEventListener("change", () => {
      this.part("error").hidden = true;
    });
  }

  tellUnfinished(name: string): void {
    this.say(
      name
        ? _(
            "L’envoi de « %(name)s » n’est pas fini. Choisis la même vidéo : seul ce qui manque sera envoyé.",
            { name },
          )
        : _("L’envoi n’est pas fini. Choisis la même vidéo : seul ce qui manque sera envoyé."),
    );
    const notice = this.part("unfinished");
    notice.textContent = this.part("live").textContent;
    notice.hidden = false;
  }

  beginFile(file: File): void {
    this.part("unfinished").hidden = true;
    this.part("choose").hidden = true;
    this.part("name").textContent = file.name;
    this.begin(file.size);
  }

  override reset(): void {
    super.reset();
    this.part("choose").hidden = false;
  }
}
