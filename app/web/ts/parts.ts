/** The named parts of a piece of a page, which its template promises. */

export function partOf<Part extends HTMLElement = HTMLElement>(
  root: HTMLElement,
  name: string,
): Part {
  const found = root.querySelector<Part>(`[data-part="${name}"]`);
  if (!found) {
    throw new Error(`The page lacks its part « ${name} ».`);
  }
  return found;
}
