declare module "pyodide/pyodide.asm.mjs" {
  const createModule: (settings: Record<string, unknown>) => Promise<never>;
  export default createModule;
}
