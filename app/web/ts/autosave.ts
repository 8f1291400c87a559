/** Saves a form by itself: `<form data-visavis-autosave>`; its button keeps working as before. */
import { _ } from "./french";
import { csrfToken, problemOf, sentenceOf } from "./http";

const QUIET_MS = 800;

export function bind(element: HTMLElement): void {
  if (element instanceof HTMLFormElement) {
    new Autosave(element).watch();
  }
}

class Autosave {
  private timer: number | undefined;
  private dirty = false;
  private saving = false;
  private readonly status = document.createElement("p");

  constructor(private readonly form: HTMLFormElement) {
    this.status.className = "saved";
    this.status.setAttribute("role", "status");
    form.append(this.status);
  }

  watch(): void {
    this.form.addEventListener("input", () => this.changed());
    this.form.addEventListener("change", () => this.changed());
    this.form.addEventListener("submit", () => {
      window.clearTimeout(this.timer);
      this.dirty = false;
    });
    window.addEventListener("pagehide", () => this.saveNow());
    document.addEventListener("visibilitychange", () => document.hidden && this.saveNow());
    window.addEventListener("online", () => this.saveNow());
  }

  private changed(): void {
    this.dirty = true;
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.saveNow(), QUIET_MS);
  }

  private saveNow(): void {
    window.clearTimeout(this.timer);
    if (this.dirty && !this.saving) {
      void this.save();
    }
  }

  private async save(): Promise<void> {
    this.saving = true;
    this.dirty = false;
    try {
      const response = await this.send();
      if (response.ok) {
        this.say(_("Enregistré"));
      } else {
        this.failed(sentenceOf(await problemOf(response)));
      }
    } catch {
      this.dirty = true;
      this.failed(navigator.onLine ? "" : _("pas de connexion"));
    } finally {
      this.saving = false;
    }
    if (this.dirty && navigator.onLine) {
      this.changed();
    }
  }

  private send(): Promise<Response> {
    const fields = new FormData(this.form);
    const multipart = this.form.enctype === "multipart/form-data";
    return fetch(this.form.action, {
      method: "POST",
      headers: { Accept: "application/json", "X-CSRF-Token": csrfToken() },
      body: multipart ? fields : new URLSearchParams(fields as unknown as Record<string, string>),
      credentials: "same-origin",
      keepalive: true,
    });
  }

  private failed(reason: string): void {
    const why = reason.replace(/[.!]$/, "");
    this.say(
      why ? _("Pas enregistré : %(why)s, réessaie.", { why }) : _("Pas enregistré, réessaie."),
      true,
    );
  }

  private say(sentence: string, failed = false): void {
    this.status.textContent = sentence;
    this.status.classList.toggle("saved--failed", failed);
  }
}
