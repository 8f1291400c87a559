/** Brings what needs attention under the eyes: `<div tabindex="-1" data-visavis-focus>`. */

export function bind(element: HTMLElement): void {
  element.focus();
}
