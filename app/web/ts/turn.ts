/** One page at a time sends a file: two would take the line from each other, chunk by chunk. */

export class Turn {
  private release: (() => void) | null = null;
  private asked: Promise<boolean> | null = null;
  /** How often it was left: who asked before gets nothing any more. */
  private left = 0;

  /**
   * Tells whether this page may send what has this name, until it leaves or is closed.  A browser that knows no
   * locks lets every page: the server keeps writers apart.
   */
  async take(name: string): Promise<boolean> {
    this.asked ??= navigator.locks ? this.ask(name, this.left) : Promise.resolve(true);
    const asked = this.asked;
    const mine = await asked;
    if (!mine && this.asked === asked) {
      this.asked = null;
    }
    return mine;
  }

  leave(): void {
    this.left += 1;
    this.release?.();
    this.release = this.asked = null;
  }

  private ask(name: string, left: number): Promise<boolean> {
    return new Promise((resolve) => {
      void navigator.locks.request(name, { ifAvailable: true }, (lock) => {
        const mine = lock !== null && left === this.left;
        resolve(mine);
        return (
          mine &&
          new Promise<void>((release) => {
            this.release = release;
          })
        );
      });
    });
  }
}
