/**
 * Sends a video that may be large over a connection that may be bad: `<form data-visavis-upload>`, see the macro
 * `upload` in components/media.html for the parts it needs.
 */
import { defaultOptions } from "tus-js-client";
import { fingerprint, prefixOf } from "./fingerprint";
import { _ } from "./french";
import { handOver } from "./hand-over";
import { isNoVideo, NO_VIDEO, type Refusal, refusalOf, tooLarge } from "./refusals";
import { type Standing, standingOf } from "./standing";
import { forgetAtServer, Transfer } from "./transfer";
import { Turn } from "./turn";
import { UploadScreen } from "./upload-screen";

const { urlStorage } = defaultOptions;

export function bind(element: HTMLElement): void {
  if (element instanceof HTMLFormElement) {
    new Sending(element, new UploadScreen(element)).offer();
  }
}

class Sending {
  private file: File | null = null;
  private transfer: Transfer | null = null;
  /** The address of what has arrived whole, and is no video yet. */
  private arrived: string | null = null;
  private busy = false;
  private signedOut = false;
  private readonly turn = new Turn();
  private welcomed = Promise.resolve();

  constructor(
    private readonly form: HTMLFormElement,
    private readonly screen: UploadScreen,
  ) {}

  offer(): void {
    this.form.noValidate = true; // our own words, which stay on the screen
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.begin();
    });
    this.screen.onChoice();
    this.screen.onPause(() => (this.transfer?.isRunning ? this.pause() : this.resume()));
    this.screen.onCancel(() => this.cancel());
    window.addEventListener("online", () => this.arrived && this.resume());
    window.addEventListener("beforeunload", (event) => {
      if (this.transfer?.isRunning) {
        event.preventDefault();
        event.returnValue = true; // browsers of before 2023 ask for it
      }
    });
    this.welcomed = this.welcomeBack();
  }

  /** Somebody comes back: what had arrived whole becomes a video by itself, else only the rest will be sent. */
  private async welcomeBack(): Promise<void> {
    const prefix = `tus::${prefixOf(this.account)}`;
    const all = await urlStorage.findAllUploads();
    const latest = all.filter((one) => one.urlStorageKey.startsWith(prefix)).pop();
    const url = latest?.uploadUrl;
    if (!latest || !url) {
      return;
    }
    const name = latest.metadata.filename ?? "";
    const standing = await this.standing(latest.urlStorageKey, url);
    if (this.file) {
      return; // the person was quicker
    }
    if (standing === "whole") {
      this.screen.tellArrived(name);
      await this.submit(url);
    } else if (standing === "gone") {
      await urlStorage.removeUpload(latest.urlStorageKey);
    } else {
      this.screen.tellUnfinished(name);
    }
  }

  /** Asking would stop another page that is sending it: then it is begun, for sure. */
  private async standing(key: string, url: string): Promise<Standing> {
    const [, mark = ""] = key.split("::");
    const standing = (await this.turn.take(mark)) ? await standingOf(url) : "begun";
    this.turn.leave();
    return standing;
  }

  private get account(): string {
    return this.form.dataset.account ?? "";
  }

  private get maxBytes(): number {
    return Number(this.form.dataset.maxBytes);
  }

  private begin(): void {
    const file = this.screen.chosenFile();
    if (!file) {
      this.screen.fail(_("Choisis d’abord une vidéo."));
    } else if (isNoVideo(file.type)) {
      this.screen.fail(NO_VIDEO.sentence);
    } else if (file.size > this.maxBytes) {
      this.screen.fail(tooLarge(this.maxBytes).sentence);
    } else {
      this.file = file;
      this.screen.beginFile(file);
      void this.enter(file);
    }
  }

  /** Sends a file, unless another page is at it; what that one has begun is remembered. */
  private async enter(file: File): Promise<void> {
    await this.welcomed;
    const mark = await fingerprint(file, this.account);
    if (this.file !== file) {
      return; // cancelled meanwhile, and perhaps another one is chosen
    }
    const transfer = this.transfer ?? this.transferOf(file, mark);
    this.transfer = transfer;
    await transfer.findBefore();
    const mine = await this.turn.take(mark);
    if (this.transfer !== transfer) {
      return;
    }
    if (mine) {
      transfer.start();
    } else {
      transfer.pause();
      this.screen.interrupt(refusalOf(423, true, this.maxBytes).sentence);
    }
  }

  private transferOf(file: File, mark: string): Transfer {
    const { endpoint = "/files/" } = this.form.dataset;
    return new Transfer(
      {
        input: file,
        options: {
          endpoint,
          metadata: { filename: file.name, filetype: file.type },
          fingerprint: () => Promise.resolve(mark),
        },
      },
      {
        runs: () => this.screen.run(),
        moved: (sent, total, left_s) => this.screen.move(sent, total ?? file.size, left_s),
        struggles: () => this.screen.struggle(),
        stopped: (refusal) => this.stopped(refusal),
        done: (url) => void this.submit(url),
      },
      this.maxBytes,
    );
  }

  private resume(): void {
    if (this.signedOut) {
      location.reload(); // by the way of signing in: this page finds again what has arrived
    } else if (this.arrived) {
      void this.submit(this.arrived);
    } else if (this.file) {
      void this.enter(this.file);
    }
  }

  private pause(): void {
    this.transfer?.pause();
    this.screen.pause();
  }

  private cancel(): void {
    this.transfer?.cancel();
    if (!this.transfer && this.arrived) {
      void forgetAtServer(this.arrived);
      void forget(this.arrived);
    }
    this.leave();
    this.screen.reset();
  }

  private stopped(refusal: Refusal): void {
    if (refusal.resumable) {
      this.screen.interrupt(refusal.sentence);
    } else {
      this.leave();
      this.screen.reset();
      this.screen.fail(refusal.sentence);
    }
  }

  /** Nothing is on its way any more. */
  private leave(): void {
    this.file = this.transfer = this.arrived = null;
    this.turn.leave();
  }

  /** All bytes have arrived: the video gets its name from the server, and the next page shows it. */
  private async submit(url: string): Promise<void> {
    this.arrived = url;
    if (this.busy) {
      return;
    }
    this.busy = true;
    const { submit = "/moi/video/envois", next = "/moi/video" } = this.form.dataset;
    const notMade = await handOver(submit, { urls: [url] });
    this.busy = false;
    if (notMade) {
      this.signedOut = notMade.signedOut;
      this.screen.interrupt(notMade.sentence);
      return;
    }
    await forget(url);
    this.screen.done();
    location.assign(next);
  }
}

/** The server has made a video of it: until then a closed page must find it again. */
async function forget(url: string): Promise<void> {
  for (const one of await urlStorage.findAllUploads()) {
    if (one.uploadUrl === url) {
      await urlStorage.removeUpload(one.urlStorageKey);
    }
  }
}
