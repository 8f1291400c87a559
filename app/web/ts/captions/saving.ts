/** Keeps captions by itself, a moment after each change, over the revision that was seen and no other. */
import { _ } from "../french";
import { type Problem, postJson, problemOf, sentenceOf } from "../http";
import type { Cue } from "./cues";

const QUIET_MS = 800;
const AGAIN_MS = 5_000;

/** Where saving is, for the page to say. */
export interface Standing {
  sentence: string;
  failed: boolean;
  /** Somebody else was faster: nothing is saved any more from this page. */
  conflict: boolean;
}

export class Saving {
  private timer: number | undefined;
  private dirty = false;
  private running: Promise<void> | null = null;
  private conflict = false;

  constructor(
    private readonly address: string,
    public revision: number,
    private readonly read: () => Cue[],
    private readonly tell: (standing: Standing) => void,
  ) {}

  /** Whether leaving now would lose something. */
  get hasUnsaved(): boolean {
    return this.dirty || this.conflict;
  }

  watch(): void {
    window.addEventListener("pagehide", () => void this.flush(true));
    window.addEventListener("online", () => void this.flush());
    window.addEventListener("beforeunload", (event) => {
      if (this.hasUnsaved) {
        event.preventDefault();
      }
    });
  }

  changed(): void {
    this.dirty = true;
    this.later(QUIET_MS);
  }

  /** Saves what is not yet; false when it could not be. */
  async flush(leaving = false): Promise<boolean> {
    window.clearTimeout(this.timer);
    await this.running;
    while (this.dirty && !this.conflict) {
      this.running = this.save(leaving);
      await this.running;
      this.running = null;
      if (this.dirty) {
        return false;
      }
    }
    return !this.hasUnsaved;
  }

  private later(duration_ms: number): void {
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void this.flush(), duration_ms);
  }

  private async save(leaving: boolean): Promise<void> {
    this.dirty = false;
    const cues = this.read().filter((cue) => cue.text.trim());
    try {
      const response = await postJson(this.address, { revision: this.revision, cues }, leaving);
      if (response.ok) {
        this.revision = ((await response.json()) as { revision: number }).revision;
        this.tell({ sentence: _("Enregistré"), failed: false, conflict: false });
      } else {
        this.refused(await problemOf(response));
      }
    } catch {
      this.dirty = true;
      this.later(AGAIN_MS);
      const sentence = _(
        "Pas encore enregistré\u00a0: la connexion est coupée. On réessaie tout seul.",
      );
      this.tell({ sentence, failed: true, conflict: false });
    }
  }

  /** What is wrong stays in the page: the next change is saved again, unless somebody else wrote meanwhile. */
  private refused(problem: Problem): void {
    this.conflict = problem.status === 409;
    this.dirty = !this.conflict;
    const sentence = [problem.title, sentenceOf(problem)].filter(Boolean).join(". ");
    this.tell({ sentence, failed: true, conflict: this.conflict });
  }
}
