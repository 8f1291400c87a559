/** Gives every password field a button that shows what is typed: `<input type="password">`. */
import { _ } from "./french";

export function bind(element: HTMLElement): void {
  if (element instanceof HTMLInputElement && element.type === "password") {
    new Reveal(element).offer();
  }
}

class Reveal {
  private readonly button = document.createElement("button");
  private readonly word = document.createElement("span");
  private readonly status = document.createElement("span");

  constructor(private readonly input: HTMLInputElement) {
    this.button.type = "button";
    this.button.className = "button button--quiet reveal__button";
    this.button.setAttribute("aria-controls", input.id);
    this.button.append(this.word);
    this.status.className = "visually-hidden";
    this.status.setAttribute("role", "status");
  }

  offer(): void {
    // Nothing moves: who types before the script comes keeps the field, its focus and its words.
    this.input.after(this.button, this.status);
    this.input.setAttribute("autocapitalize", "none");
    this.input.spellcheck = false;
    this.say(false);
    this.button.addEventListener("click", () => this.turn(this.input.type === "password"));
    // Hidden again before it leaves: browsers and managers keep what a field of this type sends.
    this.input.form?.addEventListener("submit", () => this.turn(false));
  }

  private turn(shown: boolean): void {
    this.input.type = shown ? "text" : "password";
    this.say(shown);
    this.status.textContent = shown ? _("Mot de passe affiché") : _("Mot de passe masqué");
  }

  private say(shown: boolean): void {
    this.word.textContent = shown ? _("Masquer") : _("Afficher");
    const label = shown ? _("Masquer le mot de passe") : _("Afficher le mot de passe");
    this.button.setAttribute("aria-label", label);
  }
}
