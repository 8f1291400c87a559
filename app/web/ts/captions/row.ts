/** One caption in the list: its words, its times, its warnings, and the tools of the one that is worked on. */
import { _ } from "../french";
import { partOf } from "../parts";
import { type Cue, faultsOf, instantOf, rounded, type Told } from "./cues";

const STEP_S = 0.1;
const TOOLS = ["split", "merge", "remove"] as const;

export type Tool = (typeof TOOLS)[number];

/** What a row tells its list. */
export interface Heard {
  changed(row: Row): void;
  moved(row: Row): void;
  seek(row: Row): void;
  now(): number;
  use(tool: Tool, row: Row): void;
}

export class Row {
  readonly element: HTMLLIElement;
  readonly words: HTMLTextAreaElement;
  private readonly times: Record<"start_s" | "end_s", HTMLInputElement>;

  constructor(
    template: HTMLTemplateElement,
    readonly cue: Cue,
    private readonly told: Told,
    private readonly heard: Heard,
  ) {
    const copy = template.content.cloneNode(true) as DocumentFragment;
    this.element = copy.querySelector("li") as HTMLLIElement;
    this.words = partOf<HTMLTextAreaElement>(this.element, "text");
    this.times = {
      start_s: partOf<HTMLInputElement>(this.element, "start"),
      end_s: partOf<HTMLInputElement>(this.element, "end"),
    };
    this.words.value = cue.text;
    this.listen();
    this.refresh();
  }

  /** Only the one that is worked on shows its tools, so that the list stays a text to read. */
  open(isOpen: boolean): void {
    partOf(this.element, "tools").hidden = !isOpen;
  }

  mark(isCurrent: boolean): void {
    this.element.classList.toggle("cue--current", isCurrent);
    const seek = partOf(this.element, "seek");
    if (isCurrent) {
      seek.setAttribute("aria-current", "true");
    } else {
      seek.removeAttribute("aria-current");
    }
  }

  focus(caret = this.words.value.length): void {
    this.words.focus();
    this.words.setSelectionRange(caret, caret);
  }

  private listen(): void {
    this.words.addEventListener("input", () => {
      this.cue.text = this.words.value;
      this.refresh();
      this.heard.changed(this);
    });
    partOf(this.element, "seek").addEventListener("click", () => this.heard.seek(this));
    this.listenToTime("start_s", "start-now");
    this.listenToTime("end_s", "end-now");
    for (const tool of TOOLS) {
      partOf(this.element, tool).addEventListener("click", () => this.heard.use(tool, this));
    }
  }

  private listenToTime(which: "start_s" | "end_s", now: string): void {
    const field = this.times[which];
    field.addEventListener("change", () => this.set(which, field.valueAsNumber));
    field.addEventListener("keydown", (event) => {
      const by = { ArrowUp: STEP_S, ArrowDown: -STEP_S }[event.key];
      if (by && !event.ctrlKey) {
        event.preventDefault();
        this.set(which, this.cue[which] + by);
      }
    });
    partOf(this.element, now).addEventListener("click", () => this.set(which, this.heard.now()));
  }

  private set(which: "start_s" | "end_s", at_s: number): void {
    if (Number.isFinite(at_s)) {
      this.cue[which] = rounded(at_s);
      this.heard.moved(this);
      this.heard.changed(this);
    }
    this.refresh();
  }

  private refresh(): void {
    const instant = instantOf(this.cue.start_s);
    const seek = partOf(this.element, "seek");
    seek.textContent = instant;
    seek.setAttribute("aria-label", _("Aller à %(instant)s", { instant }));
    this.words.setAttribute("aria-label", _("Ce qui est dit à %(instant)s", { instant }));
    for (const which of ["start_s", "end_s"] as const) {
      this.times[which].value = String(this.cue[which]);
    }
    const faults = faultsOf(this.cue, this.told.limits);
    const list = partOf(this.element, "faults");
    list.replaceChildren(...faults.map((name) => sentence(this.told.words[name] ?? "")));
    list.hidden = faults.length === 0;
  }
}

function sentence(words: string): HTMLLIElement {
  const item = document.createElement("li");
  item.textContent = words;
  return item;
}
