/** A form that is sent before its script has come waits for it: sent plainly, a line that is cut loses all of it. */

export function holdUntil(form: HTMLFormElement, bound: Promise<unknown>): void {
  let sent = false;
  const hold = (event: Event) => {
    event.preventDefault();
    sent = true;
  };
  form.noValidate = true; // what is missing is said in our own words, once they are there
  form.addEventListener("submit", hold);
  const letGo = (send: () => void) => () => {
    form.removeEventListener("submit", hold);
    if (sent) {
      send();
    }
  };
  void bound.then(
    letGo(() => form.dispatchEvent(new Event("submit", { cancelable: true }))),
    letGo(() => form.submit()), // the script never came
  );
}
