/** Sending what was chosen, now or on the next visit by Wi-Fi. */
import { _ } from "../french";
import { partOf } from "../parts";
import { SendingScreen } from "../sending-screen";
import type { Stop } from "../transfer";
import { Turn } from "../turn";
import { sizeOf } from "./choice";
import { Dispatch } from "./dispatch";
import type { Sendings } from "./sending-take";
import type { Take, Takes } from "./takes";

const SECOND_MS = 1_000;
/** A recorder that stops by itself stops a little late. */
const GRACE_MS = 1_000;

const SENT = { sent: true, later: false, url: null };

export class SendScreen {
  private dispatch: Dispatch | null = null;
  private chosen: Take[] = [];
  private filmed: Take[] = [];
  private readonly turn = new Turn();
  private readonly screen: SendingScreen;

  constructor(
    private readonly root: HTMLElement,
    private readonly sendings: Sendings,
    private readonly takes: Takes,
    private readonly said: DOMStringMap,
    /** Where one goes who stops the sending. */
    private readonly leave: (chosen: Take[]) => void,
  ) {
    this.screen = new SendingScreen(root);
    this.screen.onPause(() => this.toggle());
    this.screen.onCancel(() => void this.cancel());
    window.addEventListener("online", () => !this.screen.paused && void this.dispatch?.start());
  }

  get isRunning(): boolean {
    return this.dispatch?.isRunning ?? false;
  }

  /** Why these cannot make a presentation, the empty word when they can. */
  refuse(chosen: Take[]): string {
    const [min_s, max_s] = [Number(this.said.minS), Number(this.said.maxS)];
    const whole_ms = chosen.reduce((sum, take) => sum + take.duration_ms, 0);
    if (chosen.length === 0) {
      return _("Choisis d’abord une prise.");
    }
    if (whole_ms < min_s * SECOND_MS) {
      return _("C’est trop court : il faut au moins %(seconds)s secondes.", { seconds: min_s });
    }
    if (whole_ms > max_s * SECOND_MS + GRACE_MS) {
      return _("C’est trop long : %(minutes)s minutes en tout, pas plus. Refais une prise.", {
        minutes: max_s / 60,
      });
    }
    return "";
  }

  /** Sends now; what was `filmed` for it leaves the phone once the server has what was chosen. */
  async begin(chosen: Take[], filmed: Take[]): Promise<void> {
    [this.chosen, this.filmed] = [chosen, filmed];
    this.screen.begin(sizeOf(chosen));
    const mine = await this.turn.take(`visavis-sending-${this.said.account}`);
    if (this.chosen !== chosen) {
      return; // cancelled meanwhile
    }
    if (!mine) {
      this.screen.interrupt(_("Ces prises partent déjà, dans un autre onglet."));
    } else if (await this.isGone(chosen)) {
      this.go(); // another tab has sent them
    } else {
      this.dispatch = this.dispatchOf(chosen);
      await this.dispatch.start();
    }
  }

  private dispatchOf(chosen: Take[]): Dispatch {
    return new Dispatch(chosen, this.sendings, this.said.submit ?? "", {
      runs: () => this.screen.run(),
      moved: (sent, total, left_s) => this.screen.move(sent, total, left_s),
      struggles: () => this.screen.struggle(),
      stopped: (stop) => this.screen.interrupt(sentenceFor(stop)),
      done: () => void this.done(),
    });
  }

  private async isGone(chosen: Take[]): Promise<boolean> {
    const kept = new Set(await this.takes.of(this.said.account ?? ""));
    return chosen.some((take) => !kept.has(take));
  }

  /** Keeps them for the next visit by an unmetered connection. */
  async keep(chosen: Take[]): Promise<void> {
    for (const take of chosen) {
      await this.sendings.pause(take);
      await this.takes.change(take, { later: true });
    }
    this.screen.reset();
    const kept = partOf(this.root, "later");
    kept.hidden = false;
    kept.querySelector<HTMLElement>("a")?.focus();
  }

  private toggle(): void {
    if (this.isRunning) {
      this.dispatch?.pause();
      this.screen.pause();
    } else if (this.dispatch) {
      void this.dispatch.start();
    } else {
      void this.begin(this.chosen, this.filmed);
    }
  }

  /** Nothing goes any more, now or by itself, until it is sent again. */
  private async cancel(): Promise<void> {
    const { chosen } = this;
    this.dispatch?.cancel();
    this.dispatch = null;
    this.chosen = [];
    this.screen.reset();
    this.turn.leave();
    for (const take of chosen) {
      await this.takes.change(take, { later: false });
    }
    this.leave(chosen);
  }

  /** The server makes a video of what was chosen, and forgets the rest. */
  private async done(): Promise<void> {
    const sent = new Set(this.chosen);
    await Promise.all(this.chosen.map((take) => this.takes.change(take, SENT)));
    await Promise.all(
      this.filmed.filter((take) => !sent.has(take)).map((take) => this.sendings.discard(take)),
    );
    this.go();
  }

  private go(): void {
    this.screen.done();
    location.assign(this.said.next ?? "/moi/video");
  }
}

/** What stops a take is said of takes: they are on the phone, nothing has to be chosen again. */
function sentenceFor({ status, sentence }: Stop): string {
  if (status === 401 || status === 403) {
    return _("Tu n’es plus connecté. Reconnecte-toi : tes prises t’attendent sur ce téléphone.");
  }
  if (status === 404 || status === 410) {
    return _(
      "Cet envoi n’existe plus chez nous. Touche « Reprendre » : il repart de ton téléphone.",
    );
  }
  return sentence;
}
