/** Puts captions right beside their video: `<div data-visavis-captions data-told="…" data-action="…">`. */
import { copied } from "../copy";
import { _ } from "../french";
import { partOf } from "../parts";
import {
  asText,
  type Cue,
  currentAt,
  insert,
  merge,
  ordered,
  remove,
  split,
  type Told,
} from "./cues";
import { bindFile } from "./file";
import { Playing } from "./playing";
import { Row, type Tool } from "./row";
import { Saving, type Standing } from "./saving";

const UNDO_MAX = 50;

export function bind(element: HTMLElement): void {
  const player = element.querySelector<HTMLElement>("[data-visavis-player]");
  const video = player?.querySelector("video");
  if (player && video && element.dataset.told) {
    const told = JSON.parse(element.dataset.told) as Told;
    new Editor(element, told, new Playing(player, video)).begin();
  }
}

class Editor {
  private cues: Cue[];
  private rows: Row[] = [];
  private opened: Row | null = null;
  private readonly past: Cue[][] = [];
  /** The list as it stood before what is going on in one caption, and which one that is. */
  private settled: Cue[];
  private edited: Cue | null = null;
  private readonly list: HTMLElement;
  private readonly saving: Saving;

  constructor(
    private readonly element: HTMLElement,
    private readonly told: Told,
    private readonly playing: Playing,
  ) {
    this.cues = told.cues;
    this.settled = copyOf(told.cues);
    this.list = partOf(element, "cues");
    this.saving = new Saving(
      element.dataset.action ?? "",
      told.revision,
      () => this.cues,
      (standing) => this.say(standing),
    );
  }

  begin(): void {
    partOf(this.element, "plain").hidden = true;
    partOf(this.element, "editor").hidden = false;
    partOf(this.element, "keys").hidden = false;
    this.draw();
    this.playing.show(this.cues);
    this.playing.onTime((at_s) => this.mark(at_s));
    this.saving.watch();
    this.list.addEventListener("focusin", (event) => this.open(this.rowAt(event.target)));
    this.list.addEventListener("keydown", (event) => this.press(event));
    partOf(this.element, "add").addEventListener("click", () => this.add());
    partOf(this.element, "undo").addEventListener("click", () => this.undo());
    partOf(this.element, "copy").addEventListener("click", () => void this.copy());
    const form = partOf<HTMLFormElement>(this.element, "validate");
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.saving.flush().then((saved) => saved && form.submit());
    });
    bindFile(this.element, this.saving, (standing) => this.say(standing));
  }

  private draw(focus?: Cue, caret?: number): void {
    const template = partOf<HTMLElement>(this.element, "cue") as HTMLTemplateElement;
    this.rows = this.cues.map(
      (cue) =>
        new Row(template, cue, this.told, {
          changed: (row) => this.typed(row),
          moved: (row) => this.reorder(row),
          seek: (row) => this.playing.seek(row.cue.start_s),
          now: () => this.playing.at_s,
          use: (tool, row) => this.use(tool, row),
        }),
    );
    this.opened = null;
    this.list.replaceChildren(...this.rows.map((row) => row.element));
    this.mark(this.playing.at_s);
    this.rows.find((row) => row.cue === focus)?.focus(caret);
  }

  /** What one types in a caption is undone at once, and before what was done earlier. */
  private typed({ cue }: Row): void {
    if (cue !== this.edited) {
      this.remember();
    }
    this.edited = cue;
    this.changed();
  }

  private remember(): void {
    this.past.push(this.settled);
    this.past.splice(0, this.past.length - UNDO_MAX);
    partOf(this.element, "undo").hidden = false;
  }

  private changed(): void {
    this.settled = copyOf(this.cues);
    this.playing.show(this.cues);
    this.saving.changed();
  }

  /** Draws another list, which one may undo; the keyboard goes on with the caption at `at`. */
  private become(cues: Cue[], at: number, caret?: number): void {
    if (cues === this.cues) {
      return;
    }
    this.remember();
    this.edited = null;
    this.cues = cues;
    this.draw(cues[Math.min(at, cues.length - 1)], caret);
    this.changed();
  }

  private undo(): void {
    const before = this.past.pop();
    if (before) {
      this.cues = before;
      this.edited = null;
      this.draw();
      this.changed();
    }
    const button = partOf(this.element, "undo");
    button.hidden = this.past.length === 0;
    if (button.hidden) {
      partOf(this.element, "add").focus();
    }
  }

  private add(): void {
    const cues = insert(this.cues, this.playing.at_s);
    this.become(
      cues,
      cues.findIndex((cue) => !this.cues.includes(cue)),
    );
  }

  private use(tool: Tool, row: Row): void {
    const at = this.rows.indexOf(row);
    if (tool === "split") {
      this.become(split(this.cues, at, row.words.selectionStart), at + 1, 0);
    } else if (tool === "merge") {
      this.become(merge(this.cues, at), at, row.cue.text.length);
    } else {
      this.become(remove(this.cues, at), at);
    }
  }

  /** A caption that now starts before another changes its place, and keeps the keyboard. */
  private reorder(row: Row): void {
    const cues = ordered(this.cues);
    if (cues.some((cue, at) => cue !== this.cues[at])) {
      this.cues = cues;
      this.draw(row.cue);
    }
  }

  private press(event: KeyboardEvent): void {
    if (!(event.ctrlKey || event.metaKey)) {
      return;
    }
    const at = this.opened ? this.rows.indexOf(this.opened) : -1;
    const row = this.rows[at];
    const acts: Record<string, () => void> = {
      " ": () => this.playing.toggle(),
      ArrowDown: () => this.go(at + 1),
      ArrowUp: () => this.go(at - 1),
      Enter: () => row && document.activeElement === row.words && this.use("split", row),
    };
    const act = acts[event.key];
    if (act) {
      event.preventDefault();
      act();
    }
  }

  private go(at: number): void {
    const row = this.rows[at];
    if (row) {
      row.focus();
      this.playing.seek(row.cue.start_s);
    }
  }

  private rowAt(target: EventTarget | null): Row | null {
    return this.rows.find((row) => row.element.contains(target as Node)) ?? null;
  }

  private open(row: Row | null): void {
    if (row !== this.opened) {
      this.opened?.open(false);
      row?.open(true);
      this.opened = row;
    }
  }

  private mark(at_s: number): void {
    const current = currentAt(this.cues, at_s);
    this.rows.forEach((row, at) => {
      row.mark(at === current);
    });
    const row = this.rows[current];
    if (row && !this.list.contains(document.activeElement)) {
      this.list.scrollTop = row.element.offsetTop - this.list.clientHeight / 3;
    }
  }

  private say({ sentence, failed, conflict }: Standing): void {
    const status = partOf(this.element, "status");
    status.textContent = sentence;
    status.classList.toggle("saved--failed", failed);
    if (conflict) {
      partOf(this.element, "copy").hidden = false; // the only way to keep these words
    }
    if (failed) {
      return;
    }
    partOf(this.element, "validate").hidden = this.cues.length === 0;
    for (const field of this.element.querySelectorAll<HTMLInputElement>("[data-revision]")) {
      field.value = String(this.saving.revision);
    }
    const state = document.querySelector("[data-caption-state] .badge");
    if (state) {
      state.className = "badge badge--info";
      state.lastChild?.replaceWith(_("Sous-titres : à valider"));
    }
  }

  private async copy(): Promise<void> {
    const words = asText(this.cues);
    const said = await copied(words);
    const field = this.element.querySelector<HTMLTextAreaElement>('[data-part="plain"] textarea');
    if (!said && field) {
      partOf(this.element, "plain").hidden = false;
      field.value = words;
      field.select(); // one key is left to press
    }
    partOf(this.element, "status").textContent = said
      ? _("C’est copié\u00a0: il reste à recharger la page.")
      : _("Le texte est sélectionné\u00a0: le copier, puis recharger la page.");
  }
}

function copyOf(cues: Cue[]): Cue[] {
  return cues.map((cue) => ({ ...cue }));
}
