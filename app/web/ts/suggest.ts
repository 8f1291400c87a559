/**
 * Suggestions while typing: `<input data-visavis-suggest="/…?q=">`, JSON [{value, label}].  The label goes in the
 * field; with `data-suggest-value="name"`, the value goes in the form's (hidden) input of that name, and with
 * `data-suggest-sends` the form is sent: there was nothing else to say.
 */
import { _, ngettext } from "./french";

interface Suggestion {
  value: string;
  label: string;
}

const QUIET_MS = 200;
const SHORTEST = 2;
let lists = 0;

export function bind(element: HTMLElement): void {
  if (element instanceof HTMLInputElement) {
    new Combobox(element).listen();
  }
}

class Combobox {
  private readonly list = document.createElement("ul");
  private readonly status = document.createElement("p");
  private suggestions: Suggestion[] = [];
  private active = -1;
  private timer: number | undefined;
  private asking: AbortController | null = null;

  constructor(private readonly input: HTMLInputElement) {
    lists += 1;
    this.list.id = `suggestions-${lists}`;
    this.list.className = "suggest__list";
    this.list.hidden = true;
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", _("Propositions"));
    this.status.className = "visually-hidden";
    this.status.setAttribute("role", "status");
    // The field stays where it is: a browser takes the focus, and the keyboard, from what is moved.
    input.after(this.list, this.status);
    input.parentElement?.classList.add("suggest");
    for (const [name, value] of [
      ["role", "combobox"],
      ["autocomplete", "off"],
      ["aria-autocomplete", "list"],
      ["aria-expanded", "false"],
      ["aria-controls", this.list.id],
    ] as const) {
      input.setAttribute(name, value);
    }
  }

  listen(): void {
    this.input.addEventListener("input", () => this.typed());
    if (document.activeElement === this.input && this.input.value !== this.input.defaultValue) {
      this.typed(); // somebody was faster than this script
    }
    this.input.addEventListener("keydown", (event) => this.pressed(event));
    this.input.addEventListener("blur", () => this.close());
    this.list.addEventListener("mousedown", (event) => event.preventDefault()); // keeps the focus
    this.list.addEventListener("click", (event) => {
      const option = (event.target as HTMLElement).closest('[role="option"]');
      this.choose(Array.from(this.list.children).indexOf(option as Element));
    });
  }

  private typed(): void {
    this.setValue("");
    window.clearTimeout(this.timer);
    const words = this.input.value.trim();
    if (words.length < SHORTEST) {
      this.close();
      return;
    }
    this.timer = window.setTimeout(() => void this.ask(words), QUIET_MS);
  }

  private async ask(words: string): Promise<void> {
    this.asking?.abort();
    this.asking = new AbortController();
    try {
      const url = `${this.input.dataset.visavisSuggest}${encodeURIComponent(words)}`;
      const headers = { Accept: "application/json" };
      const response = await fetch(url, { headers, signal: this.asking.signal });
      if (response.ok) {
        this.show((await response.json()) as Suggestion[]);
      }
    } catch {
      this.close(); // suggestions help, their absence is no error: the field takes free text
    }
  }

  private show(suggestions: Suggestion[]): void {
    this.suggestions = suggestions;
    this.active = -1;
    this.list.replaceChildren(...suggestions.map((one, index) => this.option(one, index)));
    const some = suggestions.length > 0;
    this.list.hidden = !some;
    this.input.setAttribute("aria-expanded", String(some));
    this.input.removeAttribute("aria-activedescendant");
    const count = suggestions.length;
    this.status.textContent = some
      ? ngettext("%(num)s proposition", "%(num)s propositions", count)
      : _("Aucune proposition");
  }

  private option(suggestion: Suggestion, index: number): HTMLElement {
    const option = document.createElement("li");
    option.id = `${this.list.id}-${index}`;
    option.className = "suggest__option";
    option.setAttribute("role", "option");
    option.setAttribute("aria-selected", "false");
    option.textContent = suggestion.label;
    return option;
  }

  private pressed(event: KeyboardEvent): void {
    if (this.list.hidden) {
      return;
    }
    const steps: Record<string, number> = { ArrowDown: 1, ArrowUp: -1 };
    const step = steps[event.key];
    if (step) {
      event.preventDefault();
      this.move(step);
    } else if (event.key === "Enter" && this.active >= 0) {
      event.preventDefault();
      this.choose(this.active);
    } else if (event.key === "Escape") {
      event.preventDefault();
      this.close();
    }
  }

  private move(step: number): void {
    const count = this.suggestions.length;
    const from = this.active < 0 && step < 0 ? 0 : this.active;
    this.active = (from + step + count) % count;
    Array.from(this.list.children).forEach((option, index) => {
      option.setAttribute("aria-selected", String(index === this.active));
    });
    const current = this.list.children[this.active];
    current?.scrollIntoView({ block: "nearest" });
    this.input.setAttribute("aria-activedescendant", current?.id ?? "");
  }

  private choose(index: number): void {
    const suggestion = this.suggestions[index];
    if (!suggestion) {
      return;
    }
    this.input.value = suggestion.label;
    this.setValue(suggestion.value);
    this.close();
    this.input.dispatchEvent(new Event("change", { bubbles: true }));
    if ("suggestSends" in this.input.dataset) {
      this.input.form?.requestSubmit();
    }
  }

  private close(): void {
    window.clearTimeout(this.timer);
    this.asking?.abort();
    this.list.hidden = true;
    this.active = -1;
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
  }

  /** What was chosen goes beside the words; words typed anew are nobody's choice. */
  private setValue(value: string): void {
    const name = this.input.dataset.suggestValue;
    const field = name ? this.input.form?.elements.namedItem(name) : null;
    if (field instanceof HTMLInputElement) {
      field.value = value;
    }
  }
}
