/**
 * Where text and bench stand side by side, and the terminal below the panels; elsewhere one of them is shown at a time. A phone that lies
 * on its side is wide, but so low that four rows of the terminal were left. The same in bench.css.
 */
export const WIDE = "(min-width: 800px) and (min-height: 481px)";
