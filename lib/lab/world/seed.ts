/** Every attempt at a lab sees the same random numbers (design.md §3). */
export const SEED = 1;
