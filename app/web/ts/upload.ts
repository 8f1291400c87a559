/**
 * Sends a video that may be large over a connection that may be bad: `<form data-visavis-upload>`, see the macro
 * `upload` in components/media.html for the parts it needs.
 */
import { defaultOptions } from "tus-js-client";
import { fingerprint, prefixOf } from "./fingerprint";
import { _ } from "./french";
import { handOver } from "./hand-over";
import { isNoVideo, NO_VIDEO, type Refusal, tooLarge } from "./refusals";
import { Transfer } from "./transfer";
import { UploadScreen } from "./upload-screen";

export function bind(element: HTMLElement): void {
  if (element instanceof HTMLFormElement) {
    new Sending(element, new UploadScreen(element)).offer();
  }
}

class Sending {
  private transfer: Transfer | null = null;
  /** The address of what has arrived whole, and is no video yet. */
  private arrived: string | null = null;

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
      }
    });
    void this.tellUnfinished();
  }

  /** Somebody who comes back learns that only the rest will be sent. */
  private async tellUnfinished(): Promise<void> {
    const prefix = `tus::${prefixOf(this.form.dataset.account ?? "")}`;
    const all = await defaultOptions.urlStorage.findAllUploads();
    const latest = all.filter((one) => one.urlStorageKey.startsWith(prefix)).pop();
    if (latest) {
      this.screen.tellUnfinished(latest.metadata.filename ?? "");
    }
  }

  private begin(): void {
    const file = this.screen.chosenFile();
    const maxBytes = Number(this.form.dataset.maxBytes);
    if (!file) {
      this.screen.fail(_("Choisis d’abord une vidéo."));
    } else if (isNoVideo(file.type)) {
      this.screen.fail(NO_VIDEO.sentence);
    } else if (file.size > maxBytes) {
      this.screen.fail(tooLarge(maxBytes).sentence);
    } else {
      this.screen.beginFile(file);
      this.transfer = this.transferOf(file, maxBytes);
      void this.transfer.startWhereItStopped();
    }
  }

  private transferOf(file: File, maxBytes: number): Transfer {
    const { endpoint = "/files/", account = "" } = this.form.dataset;
    return new Transfer(
      {
        input: file,
        options: {
          endpoint,
          metadata: { filename: file.name, filetype: file.type },
          fingerprint: (input) => fingerprint(input as File, account),
        },
      },
      {
        runs: () => this.screen.run(),
        moved: (sent, total, left_s) => this.screen.move(sent, total ?? file.size, left_s),
        struggles: () => this.screen.struggle(),
        stopped: (refusal) => this.stopped(refusal),
        done: (url) => void this.submit(url),
      },
      maxBytes,
    );
  }

  private resume(): void {
    if (this.arrived) {
      void this.submit(this.arrived);
    } else {
      this.transfer?.start();
    }
  }

  private pause(): void {
    this.transfer?.pause();
    this.screen.pause();
  }

  private cancel(): void {
    this.transfer?.cancel();
    this.transfer = this.arrived = null;
    this.screen.reset();
  }

  private stopped(refusal: Refusal): void {
    if (refusal.resumable) {
      this.screen.interrupt(refusal.sentence);
    } else {
      this.transfer = null;
      this.screen.reset();
      this.screen.fail(refusal.sentence);
    }
  }

  /** All bytes have arrived: the video gets its name from the server, and the next page shows it. */
  private async submit(url: string): Promise<void> {
    this.arrived = url;
    const { submit = "/moi/video/envois", next = "/moi/video" } = this.form.dataset;
    const refusal = await handOver(submit, [url]);
    if (refusal) {
      this.screen.interrupt(refusal);
      return;
    }
    await this.transfer?.forget();
    this.screen.done();
    location.assign(next);
  }
}
