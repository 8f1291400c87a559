/** Saves a form by itself: `<form data-visavis-autosave>`; its button keeps working as before. */
import { _ } from "./french";
import { csrfToken, problemOf, sentenceOf } from "./http";
import { showRefusals } from "./wrong-fields";

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
        showRefusals(this.form, []);
        this.say(_("Enregistré"));
      } else {
        await this.refused(response);
      }
    } catch {
      this.dirty = true;
      this.say(
        _("Pas encore enregistré\u00a0: la connexion est coupée. On réessaie tout seul."),
        true,
      );
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

  /** Each sentence stands at its field, as the server says it; what names no field stands here. */
  private async refused(response: Response): Promise<void> {
    const problem = await problemOf(response);
    const elsewhere = showRefusals(this.form, problem.errors ?? []);
    const reason = problem.errors?.length ? elsewhere.join(" ") : sentenceOf(problem);
    this.say(reason || _("Pas enregistré\u00a0: il y a une chose à corriger plus haut."), true);
  }

  private say(sentence: string, failed = false): void {
    this.status.textContent = sentence;
    this.status.classList.toggle("saved--failed", failed);
  }
}
