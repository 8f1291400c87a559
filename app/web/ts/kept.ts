/** A choice kept in this browser, for the pages to come; one that may not be kept holds for this page. */

export function isKept(name: string): boolean {
  try {
    return localStorage.getItem(name) === "on";
  } catch {
    return false; // a browser that keeps nothing
  }
}

export function keep(name: string, on: boolean): void {
  try {
    localStorage.setItem(name, on ? "on" : "off");
  } catch {
    // it holds for this page
  }
}
