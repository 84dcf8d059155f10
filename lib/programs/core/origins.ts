/** Whose behavior a program has: the first line of its --version. */
export const origin = "GNU coreutils 9.1";
