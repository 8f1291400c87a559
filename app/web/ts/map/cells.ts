/** The grid by which pieces of the map are asked for: a view is told in cells as large as a town, never exactly. */

const CELLS_PER_DEGREE = 10;

export interface View {
  west: number;
  south: number;
  east: number;
  north: number;
}

/** The cells that a view touches, as « row/column » from the equator and Greenwich. */
export function cellsOf(view: View): string[] {
  const cells: string[] = [];
  for (let row = cell(view.south); row <= cell(view.north); row += 1) {
    for (let column = cell(view.west); column <= cell(view.east); column += 1) {
      cells.push(`${row}/${column}`);
    }
  }
  return cells;
}

function cell(degrees: number): number {
  return Math.floor(degrees * CELLS_PER_DEGREE);
}

/** Coordinates as the form takes them: a metre apart, which is more than an address needs. */
export function written(latitude: number, longitude: number): string {
  return `${latitude.toFixed(5)}, ${longitude.toFixed(5)}`;
}

/** Reads what somebody typed; null for what is no place. */
export function read(text: string): [latitude: number, longitude: number] | null {
  const found = /^\s*(-?\d{1,2}[.,]\d{3,})\s*[,;\s]\s*(-?\d{1,3}[.,]\d{3,})\s*$/.exec(text);
  return found ? [number(found[1]), number(found[2])] : null;
}

function number(text = ""): number {
  return Number(text.replace(",", "."));
}
