/** Opens a `<dialog>` over the page: `<a href="#id" data-visavis-opens="id">`; without script the address does it. */

export function bind(opener: HTMLElement): void {
  const dialog = document.getElementById(opener.dataset.visavisOpens ?? "");
  if (!(dialog instanceof HTMLDialogElement)) {
    return;
  }
  opener.setAttribute("aria-haspopup", "dialog");
  opener.addEventListener("click", (event) => {
    event.preventDefault();
    dialog.showModal();
  });
  for (const closer of dialog.querySelectorAll("[data-visavis-closes]")) {
    closer.addEventListener("click", (event) => {
      event.preventDefault();
      dialog.close();
    });
  }
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) {
      dialog.close(); // a tap beside it
    }
  });
}
