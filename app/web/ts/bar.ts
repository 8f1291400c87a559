/** Moves a progress bar, for eyes and for ears. */

export function showPercent(root: HTMLElement, percent: number): void {
  const whole = Math.min(100, Math.max(0, Math.floor(percent)));
  const bar = root.querySelector<HTMLElement>('[role="progressbar"]');
  bar?.setAttribute("aria-valuenow", String(whole));
  bar?.querySelector("rect")?.setAttribute("width", String(whole));
}
