/** Where arrows of the world view run. All in pixels within the picture. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** How far arrows within a column swing out. */
const SWING = 26;

/** A path as SVG and CSS write it, and where its label stands. */
export interface ArrowLine {
  readonly path: string;
  readonly label: { readonly x: number; readonly y: number; readonly anchor: "middle" | "start" };
}

/** The line of an arrow from one box to another. */
export function arrowLine(from: Box, to: Box): ArrowLine {
  const fromY = (from.top + from.bottom) / 2;
  const toY = (to.top + to.bottom) / 2;
  const gap = to.left - from.right;
  if (gap >= 0 || from.left - to.right >= 0) {
    const startX = gap >= 0 ? from.right : from.left;
    const endX = gap >= 0 ? to.left : to.right;
    const bend = Math.max(12, Math.abs(endX - startX) / 2) * (gap >= 0 ? 1 : -1);
    const { path, x, y } = curve(startX, fromY, startX + bend, endX - bend, endX, toY);
    return { path, label: { x, y: y - 5, anchor: "middle" } };
  }
  // One above the other: out at the right and back in.
  const x = Math.max(from.right, to.right) + SWING;
  const { path, x: middle, y } = curve(from.right, fromY, x, x, to.right, toY);
  return { path, label: { x: middle + 6, y: y + 4, anchor: "start" } };
}

function curve(x1: number, y1: number, bend1: number, bend2: number, x2: number, y2: number) {
  const round = (value: number): number => Math.round(value * 10) / 10;
  const path = `M ${round(x1)} ${round(y1)} C ${round(bend1)} ${round(y1)} ${round(bend2)} ${round(y2)} ${round(x2)} ${round(y2)}`;
  // The middle of a cubic Bézier curve.
  return { path, x: round((x1 + 3 * bend1 + 3 * bend2 + x2) / 8), y: round((y1 + y2) / 2) };
}
