/** Programs that a login shell may run before its first prompt: they come with the kernel. */
import * as identity from "../system/identity.ts";

export const modules: readonly object[] = [identity];
