/** Bytes that are still being filmed, as tus reads them: what is there at once, the rest when it comes. */

/** Larger pieces would leave nothing to send before the end; smaller ones cost a request each. */
const PIECE_MIN_BYTES = 64 * 1024;

export class Growing {
  /** Never read: the length is deferred, and told with the last piece. */
  readonly size = 0;
  /** Whether somebody waits for what is not filmed yet. */
  isWaiting = false;
  private wake: () => void = () => {};

  constructor(
    private bytes: Blob,
    private whole: boolean,
  ) {}

  /** Bytes in all, null while more may come. */
  get total(): number | null {
    return this.whole ? this.bytes.size : null;
  }

  grow(slice: ArrayBuffer): void {
    this.bytes = new Blob([this.bytes, slice]);
    this.wake();
  }

  end(): void {
    this.whole = true;
    this.wake();
  }

  /** Who waits is left, and never hears of it. */
  letGo(): void {
    this.wake = () => {};
    this.isWaiting = false;
  }

  /** Waits until there is enough to send. */
  async slice(start: number, end: number): Promise<{ value: Blob | null; done: boolean }> {
    this.letGo();
    while (!this.whole && this.bytes.size - start < PIECE_MIN_BYTES) {
      this.isWaiting = true;
      await new Promise<void>((resolve) => {
        this.wake = resolve;
      });
    }
    this.isWaiting = false;
    const value = this.bytes.slice(start, end);
    return {
      value: value.size > 0 ? value : null,
      done: this.whole && start + value.size >= this.bytes.size,
    };
  }

  close(): void {}
}
