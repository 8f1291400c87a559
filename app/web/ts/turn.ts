/** One page at a time sends a file: two would take the line from each other, chunk by chunk. */

export class Turn {
  private release: (() => void) | null = null;
  private asked: Promise<boolean> | null = null;

  /**
   * Tells whether this page may send what has this name, until it leaves or is closed.  A browser that knows no
   * locks lets every page: the server keeps writers apart.
   */
  async take(name: string): Promise<boolean> {
    this.asked ??= navigator.locks ? this.ask(name) : Promise.resolve(true);
    const mine = await this.asked;
    if (!mine) {
      this.asked = null;
    }
    return mine;
  }

  leave(): void {
    this.release?.();
    this.release = this.asked = null;
  }

  private ask(name: string): Promise<boolean> {
    return new Promise((resolve) => {
      void navigator.locks.request(name, { ifAvailable: true }, (lock) => {
        resolve(lock !== null);
        return (
          lock &&
          new Promise<void>((release) => {
            this.release = release;
          })
        );
      });
    });
  }
}
