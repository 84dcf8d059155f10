/** Where arrows of the world view run, and where their labels stand. All in pixels within the picture. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** What an arrow is between, and how large its label is. */
export interface Span {
  readonly from: Box;
  readonly to: Box;
  readonly label: { readonly width: number; readonly height: number };
}

export interface ArrowLine {
  /** As SVG and CSS write it. */
  readonly path: string;
  /** The middle of the label. */
  readonly label: Point;
}

/** A cubic Bézier curve that leaves and arrives level. */
interface Curve {
  readonly x1: number;
  readonly y1: number;
  readonly bend1: number;
  readonly bend2: number;
  readonly x2: number;
  readonly y2: number;
}

/** Between an arrow that swings out and the next one. */
const LANE = 16;
/** Between a label and what it must not touch. */
const CLEAR = 4;
/** A label stands in the middle of its arrow, or as near to it as there is room. */
const PLACES = [0.5, 0.44, 0.56, 0.38, 0.62, 0.32, 0.68, 0.26, 0.74, 0.2, 0.8, 0.15, 0.85];
/** … and a little above or below it, when no place on the line is free. */
const OFFSETS = [0, -12, 12, -22, 22];

/** The lines of all arrows. `boxes`: what no label may cover. */
export function layOut(spans: readonly Span[], boxes: readonly Box[]): readonly ArrowLine[] {
  const lanes = lanesOf(spans);
  const curves = spans.map((span, index) => curveOf(span, lanes[index] ?? 0));
  const placed: Box[] = [];
  return curves.map((curve, index) => {
    const size = spans[index]?.label ?? { width: 0, height: 0 };
    const others = curves.filter((other) => other !== curve);
    const label = freePlace(curve, size, boxes, placed, others);
    placed.push(around(label, size, CLEAR));
    return { path: pathOf(curve), label };
  });
}

/** How far the picture must reach beyond the boxes on the right, so that what swings out there has room. */
export function reachBeyond(lines: readonly ArrowLine[], spans: readonly Span[], right: number): number {
  const ends = lines.map(({ label }, index) => label.x + (spans[index]?.label.width ?? 0) / 2);
  return Math.max(right, ...ends) - right;
}

/** One beside the other: the line leads straight across. */
function isBeside({ from, to }: Span): boolean {
  return to.left >= from.right || from.left >= to.right;
}

function sideOf({ from, to }: Span): number {
  return Math.round(Math.max(from.right, to.right));
}

/** Arrows that swing out at the same side get a lane each, the shortest the innermost. */
function lanesOf(spans: readonly Span[]): readonly number[] {
  const length = ({ from, to }: Span): number => Math.abs(from.top + from.bottom - to.top - to.bottom);
  const swinging = spans.filter((span) => !isBeside(span)).sort((a, b) => length(a) - length(b));
  const bySide = new Map<number, Span[]>();
  for (const span of swinging) {
    bySide.set(sideOf(span), [...(bySide.get(sideOf(span)) ?? []), span]);
  }
  return spans.map((span) => Math.max(0, bySide.get(sideOf(span))?.indexOf(span) ?? 0));
}

function curveOf(span: Span, lane: number): Curve {
  const { from, to, label } = span;
  const y1 = (from.top + from.bottom) / 2;
  const y2 = (to.top + to.bottom) / 2;
  if (!isBeside(span)) {
    // Out at the right and back in, so far that the label on it touches neither box.
    const bend = Math.max(from.right, to.right) + (label.width / 2 + CLEAR * 2) / 0.75 + lane * LANE;
    return { x1: from.right, y1, bend1: bend, bend2: bend, x2: to.right, y2 };
  }
  const isRight = to.left >= from.right;
  const x1 = isRight ? from.right : from.left;
  const x2 = isRight ? to.left : to.right;
  const bend = Math.max(12, Math.abs(x2 - x1) / 2) * (isRight ? 1 : -1);
  return { x1, y1, bend1: x1 + bend, bend2: x2 - bend, x2, y2 };
}

function pathOf({ x1, y1, bend1, bend2, x2, y2 }: Curve): string {
  const [a, b, c, d, e, f] = [x1, y1, bend1, bend2, x2, y2].map((value) => Math.round(value * 10) / 10);
  return `M ${a} ${b} C ${c} ${b} ${d} ${f} ${e} ${f}`;
}

function pointAt({ x1, y1, bend1, bend2, x2, y2 }: Curve, t: number): Point {
  const u = 1 - t;
  const at = (a: number, b: number, c: number, d: number): number => u * u * u * a + 3 * u * u * t * b + 3 * u * t * t * c + t * t * t * d;
  return { x: at(x1, bend1, bend2, x2), y: at(y1, y1, y2, y2) };
}

/** The place for a label that covers least: boxes and other labels above all, then other arrows. */
function freePlace(curve: Curve, size: Span["label"], boxes: readonly Box[], placed: readonly Box[], others: readonly Curve[]): Point {
  let best: Point | undefined;
  let least = Number.POSITIVE_INFINITY;
  const passing = others.flatMap((other) => PLACES.map((t) => pointAt(other, t)));
  for (const t of PLACES) {
    for (const offset of OFFSETS) {
      const { x, y } = pointAt(curve, t);
      const point = { x: Math.round(x * 10) / 10, y: Math.round((y + offset) * 10) / 10 };
      const box = around(point, size, CLEAR);
      const covered = [...boxes, ...placed].reduce((sum, each) => sum + overlap(box, each), 0);
      const outside = Math.max(0, -box.left) + Math.max(0, -box.top);
      const crossed = passing.filter((each) => each.x > box.left && each.x < box.right && each.y > box.top && each.y < box.bottom).length;
      const cost = covered * 10 + outside * 1000 + crossed * 6 + Math.abs(t - 0.5) * 20 + Math.abs(offset) * 1.5;
      if (cost < least) {
        least = cost;
        best = point;
      }
    }
  }
  return best ?? pointAt(curve, 0.5);
}

function around({ x, y }: Point, { width, height }: Span["label"], clear: number): Box {
  return { left: x - width / 2 - clear, right: x + width / 2 + clear, top: y - height / 2 - clear, bottom: y + height / 2 + clear };
}

/** The area that two boxes share. */
export function overlap(a: Box, b: Box): number {
  const width = Math.min(a.right, b.right) - Math.max(a.left, b.left);
  const height = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
  return width > 0 && height > 0 ? width * height : 0;
}
