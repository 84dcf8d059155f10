/** The lines at the left of git log --graph: columns are lines of history, kept as git keeps them. */

type State = "padding" | "skip" | "pre-commit" | "commit" | "post-merge" | "collapsing";

interface Column {
  readonly oid: string;
  readonly color: number;
}

const COLORS = ["31", "32", "33", "34", "35", "36", "1;31", "1;32", "1;33", "1;34", "1;35", "1;36"];

/** One commit after another: `begin`, then `line` until what belongs to it is shown. */
export class Graph {
  #state: State = "padding";
  #before: State = "padding";
  #oid = "";
  #parents: readonly string[] = [];
  #columns: Column[] = [];
  #next: Column[] = [];
  #mapping: number[] = [];
  #oldMapping: number[] = [];
  #width = 0;
  #index = 0;
  #lastIndex = 0;
  #expansion = 0;
  #layout = -1;
  #edgesAdded = 0;
  #lastEdges = 0;
  #color = COLORS.length - 1;
  #mark = "*";

  constructor(private readonly colored: boolean) {}

  #nextColor(): void {
    this.#color = (this.#color + 1) % COLORS.length;
  }

  #colorOf(oid: string): number {
    return this.#columns.find((column) => column.oid === oid)?.color ?? this.#color;
  }

  begin(oid: string, parents: readonly string[], mark = "*"): void {
    this.#oid = oid;
    this.#parents = parents;
    this.#mark = mark;
    this.#lastIndex = this.#index;
    this.#update();
    this.#expansion = 0;
    const from = this.#state;
    if (from !== "padding") this.#setState("skip");
    else this.#setState(this.#needsPreCommit ? "pre-commit" : "commit");
  }

  get #needsPreCommit(): boolean {
    return this.#parents.length >= 3 && this.#index < this.#columns.length - 1;
  }

  #setState(state: State): void {
    this.#before = this.#state;
    this.#state = state;
  }

  #insert(oid: string, at: number): void {
    let column = this.#next.findIndex((each) => each.oid === oid);
    if (column < 0) {
      column = this.#next.length;
      this.#next.push({ oid, color: this.#colorOf(oid) });
    }
    let mapped: number;
    if (this.#parents.length > 1 && at > -1 && this.#layout === -1) {
      // The first parent of a merge: whether its edge goes left, straight or right decides how the merge is drawn.
      const distance = at - column;
      const shift = distance > 1 ? 2 * distance - 3 : 1;
      this.#layout = distance > 0 ? 0 : 1;
      this.#edgesAdded = this.#parents.length + this.#layout - 2;
      mapped = this.#width + (this.#layout - 1) * shift;
      this.#width += 2 * this.#layout;
    } else if (this.#edgesAdded > 0 && column === this.#mapping[this.#width - 2]) {
      // A line that fuses with its neighbor.
      mapped = this.#width - 2;
      this.#edgesAdded = -1;
    } else {
      mapped = this.#width;
      this.#width += 2;
    }
    this.#mapping[mapped] = column;
  }

  #update(): void {
    this.#columns = this.#next;
    this.#next = [];
    const most = this.#columns.length + this.#parents.length;
    this.#mapping = new Array<number>(2 * most + 2).fill(-1);
    this.#width = 0;
    this.#lastEdges = this.#edgesAdded;
    this.#edgesAdded = 0;
    let seen = false;
    let inColumns = true;
    for (let i = 0; i <= this.#columns.length; i++) {
      let oid: string;
      if (i === this.#columns.length) {
        if (seen) break;
        inColumns = false;
        oid = this.#oid;
      } else oid = this.#columns[i]!.oid;
      if (oid === this.#oid) {
        seen = true;
        this.#index = i;
        this.#layout = -1;
        for (const parent of this.#parents) {
          if (this.#parents.length > 1 || !inColumns) this.#nextColor();
          this.#insert(parent, i);
        }
        if (this.#parents.length === 0) this.#width += 2;
      } else this.#insert(oid, -1);
    }
    while (this.#mapping.length > 1 && (this.#mapping.at(-1) ?? -1) < 0) this.#mapping.pop();
  }

  #paint(text: string, color: number | undefined): string {
    return this.colored && color !== undefined ? `\x1b[${COLORS[color]}m${text}\x1b[m` : text;
  }

  get isFinished(): boolean {
    return this.#state === "padding";
  }

  /** Where the commit's own line is next. */
  get atCommit(): boolean {
    return this.#state === "commit";
  }

  /** The next line, as wide as the graph is here; `commit` tells whether it is the one with the star. */
  line(): { text: string; commit: boolean } {
    const state = this.#state;
    let width = 0;
    let out = "";
    const put = (text: string, color?: number) => {
      out += this.#paint(text, color);
      width += text.length;
    };
    switch (state) {
      case "padding":
        this.#padding(put);
        break;
      case "skip":
        put("...");
        this.#setState(this.#needsPreCommit ? "pre-commit" : "commit");
        break;
      case "pre-commit":
        this.#preCommit(put);
        break;
      case "commit":
        this.#commit(put);
        break;
      case "post-merge":
        this.#postMerge(put);
        break;
      case "collapsing":
        this.#collapsing(put);
        break;
    }
    const full = this.#fullWidth;
    return { text: out + " ".repeat(Math.max(0, full - width)), commit: state === "commit" };
  }

  get #fullWidth(): number {
    let most = this.#columns.length + this.#parents.length;
    if (this.#parents.length < 1) most++;
    if (this.#columns.some(({ oid }) => oid === this.#oid)) most--;
    return most * 2;
  }

  /** A line for what follows the commit when the graph itself has nothing more to draw. */
  #padding(put: (text: string, color?: number) => void): void {
    for (const column of this.#next) {
      put("|", column.color);
      put(" ");
    }
  }

  #preCommit(put: (text: string, color?: number) => void): void {
    const rows = this.#parents.length - 2 + this.#parents.length - 2;
    let seen = false;
    for (const [i, column] of this.#columns.entries()) {
      if (column.oid === this.#oid) {
        seen = true;
        put("|", column.color);
        put(" ".repeat(this.#expansion));
      } else if (seen && this.#expansion === 0) {
        put(this.#before === "post-merge" && this.#lastIndex < i ? "\\" : "|", column.color);
      } else if (seen) put("\\", column.color);
      else put("|", column.color);
      put(" ");
    }
    this.#expansion++;
    if (this.#expansion >= Math.max(1, rows)) this.#setState("commit");
  }

  #commit(put: (text: string, color?: number) => void): void {
    let seen = false;
    for (let i = 0; i <= this.#columns.length; i++) {
      const column = this.#columns[i];
      if (i === this.#columns.length && seen) break;
      const oid = column ? column.oid : this.#oid;
      if (oid === this.#oid) {
        seen = true;
        put(this.#mark);
        if (this.#parents.length > 2) this.#octopus(put);
      } else if (seen && this.#edgesAdded > 1) put("\\", column?.color);
      else if (seen && this.#edgesAdded === 1) {
        if (this.#before === "post-merge" && this.#lastEdges > 0 && this.#lastIndex < i) put("\\", column?.color);
        else put("|", column?.color);
      } else if (this.#before === "collapsing" && this.#oldMapping[2 * i + 1] === i && (this.#mapping[2 * i] ?? -1) < i)
        put("/", column?.color);
      else put("|", column?.color);
      put(" ");
    }
    if (this.#parents.length > 1) this.#setState("post-merge");
    else this.#setState(this.#isCorrect ? "padding" : "collapsing");
  }

  #octopus(put: (text: string, color?: number) => void): void {
    const added = this.#parents.length + this.#layout - 3;
    for (let i = 0; i < added; i++) {
      const color = this.#next[this.#mapping[(this.#index + i + 2) * 2] ?? 0]?.color;
      put("-", color);
      put(i === added - 1 ? "." : "-", color);
    }
  }

  get #isCorrect(): boolean {
    return this.#mapping.every((target, i) => target < 0 || target === Math.floor(i / 2));
  }

  #postMerge(put: (text: string, color?: number) => void): void {
    const marks = ["/", "|", "\\"];
    let seen = false;
    let parentColumn: Column | undefined;
    for (let i = 0; i <= this.#columns.length; i++) {
      const column = this.#columns[i];
      if (i === this.#columns.length && seen) break;
      const oid = column ? column.oid : this.#oid;
      if (oid === this.#oid) {
        seen = true;
        let at = this.#layout;
        for (const [j, parent] of this.#parents.entries()) {
          put(marks[at] ?? "\\", this.#next.find((each) => each.oid === parent)?.color);
          if (at === 2) {
            if (this.#edgesAdded > 0 || j < this.#parents.length - 1) put(" ");
          } else at++;
        }
        if (this.#edgesAdded === 0) put(" ");
      } else if (seen) {
        put(this.#edgesAdded > 0 ? "\\" : "|", column?.color);
        put(" ");
      } else {
        put("|", column?.color);
        if (this.#layout !== 0 || i !== this.#index - 1) {
          if (parentColumn) put("_", parentColumn.color);
          else put(" ");
        }
      }
      if (column && column.oid === this.#parents[0]) parentColumn = column;
    }
    this.#setState(this.#isCorrect ? "padding" : "collapsing");
  }

  #collapsing(put: (text: string, color?: number) => void): void {
    this.#oldMapping = this.#mapping;
    const old = this.#oldMapping;
    const size = old.length;
    const mapping = new Array<number>(size).fill(-1);
    let horizontalEdge = -1;
    let horizontalTarget = -1;
    for (let i = 0; i < size; i++) {
      const target = old[i] ?? -1;
      if (target < 0) continue;
      if (target * 2 === i) mapping[i] = target;
      else if ((mapping[i - 1] ?? -1) < 0) {
        // Nothing to the left: the line moves there.
        mapping[i - 1] = target;
        if (horizontalEdge === -1) {
          horizontalEdge = i;
          horizontalTarget = target;
          for (let j = target * 2 + 3; j < i - 2; j += 2) mapping[j] = target;
        }
      } else if (mapping[i - 1] === target) {
        // It joins the line to its left.
      } else {
        // It crosses the line to its left.
        mapping[i - 2] = target;
        if (horizontalEdge === -1) {
          horizontalTarget = target;
          horizontalEdge = i - 1;
          for (let j = target * 2 + 3; j < i - 2; j += 2) mapping[j] = target;
        }
      }
    }
    this.#oldMapping = [...mapping];
    if ((mapping[size - 1] ?? -1) < 0) mapping.pop();
    let usedHorizontal = false;
    for (let i = 0; i < mapping.length; i++) {
      const target = mapping[i] ?? -1;
      if (target < 0) put(" ");
      else if (target * 2 === i) put("|", this.#next[target]?.color);
      else if (target === horizontalTarget && i !== horizontalEdge - 1) {
        // The start of a horizontal line already has its mark.
        if (i !== target * 2 + 3) mapping[i] = -1;
        usedHorizontal = true;
        put("_", this.#next[target]?.color);
      } else {
        if (usedHorizontal && i < horizontalEdge) mapping[i] = -1;
        put("/", this.#next[target]?.color);
      }
    }
    this.#mapping = mapping;
    if (this.#isCorrect) this.#setState("padding");
  }

  /** Everything the graph still has to draw for this commit, when nothing more is said about it. */
  remainder(): string[] {
    const lines: string[] = [];
    while (!this.isFinished) lines.push(this.line().text);
    return lines;
  }

  /** The line between two entries, once the second has begun. */
  gap(): string {
    if (this.#state !== "commit") return this.line().text;
    let width = 0;
    let out = "";
    for (const column of this.#columns) {
      const room = column.oid === this.#oid && this.#parents.length > 2 ? (this.#parents.length - 2) * 2 : 1;
      out += this.#paint("|", column.color) + " ".repeat(room);
      width += 1 + room;
    }
    this.#before = "padding";
    return out + " ".repeat(Math.max(0, this.#fullWidth - width));
  }
}
