/** Prints the page: `<button data-visavis-prints hidden>`; without script one prints by the browser's own menu. */
export function bind(button: HTMLElement): void {
  button.hidden = false;
  button.addEventListener("click", () => {
    window.print();
  });
}
