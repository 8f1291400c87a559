/**
 * Sends a video that may be large over a connection that may be bad: `<form data-visavis-upload>`, see the macro
 * `upload` in components/media.html for the parts it needs.  What is sent is never sent twice.
 */
import { DetailedError, defaultOptions, Upload } from "tus-js-client";
import { fingerprint, prefixOf } from "./fingerprint";
import { _ } from "./french";
import { csrfToken, postJson, problemOf, sentenceOf } from "./http";
import { Pace } from "./pace";
import { isNoVideo, NO_VIDEO, type Refusal, refusalOf, tooLarge } from "./refusals";
import { UploadScreen } from "./upload-screen";

const CHUNK_BYTES = 16 * 1024 * 1024;
const RETRY_DELAYS_MS = [0, 1000, 3000, 5000, 10_000, 20_000, 30_000];
const STUCK_MS = 20_000;
const WATCH_MS = 5_000;

export function bind(element: HTMLElement): void {
  if (element instanceof HTMLFormElement) {
    new Sending(element, new UploadScreen(element)).offer();
  }
}

class Sending {
  private upload: Upload | null = null;
  private readonly pace = new Pace();
  private running = false;
  private movedAt_ms = 0;
  private finished: string | null = null;

  constructor(
    private readonly form: HTMLFormElement,
    private readonly screen: UploadScreen,
  ) {}

  offer(): void {
    this.form.noValidate = true; // our own words, which stay on the screen
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.begin();
    });
    this.screen.onChoice();
    this.screen.onPause(() => (this.running ? this.pause() : this.resume()));
    this.screen.onCancel(() => this.cancel());
    window.addEventListener(
      "offline",
      () => this.running && this.stopped(refusalOf(null, false, 0)),
    );
    window.addEventListener("online", () => !this.screen.paused && this.resume());
    window.addEventListener("beforeunload", (event) => {
      if (this.running) {
        event.preventDefault();
      }
    });
    window.setInterval(() => this.watch(), WATCH_MS);
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

  private async begin(): Promise<void> {
    const file = this.screen.chosenFile();
    const maxBytes = Number(this.form.dataset.maxBytes);
    if (!file) {
      this.screen.fail(_("Choisis d’abord une vidéo."));
    } else if (isNoVideo(file.type)) {
      this.screen.fail(NO_VIDEO.sentence);
    } else if (file.size > maxBytes) {
      this.screen.fail(tooLarge(maxBytes).sentence);
    } else {
      this.screen.begin(file);
      this.upload = this.uploadOf(file);
      const [previous] = await this.upload.findPreviousUploads();
      if (previous) {
        this.upload.resumeFromPreviousUpload(previous);
      }
      this.resume();
    }
  }

  private uploadOf(file: File): Upload {
    const { endpoint = "/files/", account = "" } = this.form.dataset;
    return new Upload(file, {
      endpoint,
      chunkSize: CHUNK_BYTES,
      retryDelays: RETRY_DELAYS_MS,
      headers: { "X-CSRF-Token": this.form.dataset.csrf || csrfToken() },
      metadata: { filename: file.name, filetype: file.type },
      fingerprint: (input) => fingerprint(input as File, account),
      onShouldRetry: (error) => this.retries(error),
      onProgress: (sent, total) => this.moved(sent, total),
      onError: (error) => this.failed(error),
      onSuccess: () => void this.submit(this.upload?.url ?? ""),
    });
  }

  private resume(): void {
    if (this.finished) {
      void this.submit(this.finished);
    } else if (this.upload && !this.running) {
      this.running = true;
      this.movedAt_ms = performance.now();
      this.pace.reset();
      this.screen.run();
      this.upload.start();
    }
  }

  private pause(): void {
    this.running = false;
    void this.upload?.abort();
    this.screen.pause();
  }

  private cancel(): void {
    this.running = false;
    this.finished = null;
    void this.upload?.abort(true).catch(() => {}); // the server forgets it in time anyway
    this.upload = null;
    this.screen.reset();
  }

  private moved(sent: number, total: number): void {
    const now_ms = performance.now();
    this.movedAt_ms = now_ms;
    this.pace.sent(sent, now_ms);
    this.screen.move(sent, total, this.pace.remaining_s(total));
  }

  /** A connection that is dead without saying so is left, and the upload goes on by a new one. */
  private watch(): void {
    if (this.running && performance.now() - this.movedAt_ms > STUCK_MS) {
      this.movedAt_ms = performance.now();
      this.pace.reset();
      void this.upload?.abort().then(() => this.running && this.upload?.start());
    }
  }

  /** Trouble on the way is tried again; a refusal is told at once. */
  private retries(error: DetailedError): boolean {
    const status = error.originalResponse?.getStatus() ?? 0;
    const passing =
      !refusesToBegin(error) &&
      (status < 400 || status === 409 || status === 423 || (status >= 500 && status !== 507));
    if (passing && navigator.onLine) {
      this.screen.struggle();
    }
    return passing && navigator.onLine;
  }

  private failed(error: Error): void {
    const answer = error instanceof DetailedError ? error.originalResponse : null;
    const status = answer?.getStatus() || null;
    if (answer && refusesToBegin(error)) {
      void problemOf(new Response(answer.getBody(), { status: 409 })).then((problem) =>
        this.stopped({ sentence: sentenceOf(problem), resumable: false }),
      );
    } else {
      this.stopped(refusalOf(status, navigator.onLine, Number(this.form.dataset.maxBytes)));
    }
  }

  private stopped(refusal: Refusal): void {
    this.running = false;
    void this.upload?.abort();
    if (refusal.resumable) {
      this.screen.interrupt(refusal.sentence);
    } else {
      if (refusal.final) {
        void this.forget();
      }
      this.upload = null;
      this.screen.reset();
      this.screen.fail(refusal.sentence);
    }
  }

  /** Once the server has made a video of it, or kept nothing: until then a closed page must find it again. */
  private async forget(): Promise<void> {
    for (const one of (await this.upload?.findPreviousUploads()) ?? []) {
      await defaultOptions.urlStorage.removeUpload(one.urlStorageKey);
    }
  }

  /** All bytes have arrived: the video gets its name from the server, and the next page shows it. */
  private async submit(url: string): Promise<void> {
    this.running = false;
    this.finished = url;
    const { submit = "/moi/video/envois", next = "/moi/video" } = this.form.dataset;
    const uploadId = new URL(url, location.href).pathname.split("/").filter(Boolean).pop();
    try {
      const response = await postJson(submit, { upload_id: uploadId });
      if (response.ok) {
        await this.forget();
        this.screen.done();
        location.assign(next);
        return;
      }
      const said = sentenceOf(await problemOf(response));
      this.screen.interrupt(
        said || _("Ta vidéo est bien arrivée, mais il reste un problème chez nous."),
      );
    } catch {
      this.screen.interrupt(_("Ta vidéo est bien arrivée. Touche « Reprendre » pour terminer."));
    }
  }
}

/** Only the server knows why nothing may be sent: an agreement that is missing, an age. */
function refusesToBegin(error: Error): boolean {
  return (
    error instanceof DetailedError &&
    error.originalRequest?.getMethod() === "POST" &&
    error.originalResponse?.getStatus() === 409
  );
}
