export function exchangesOf(text: string): { readonly name: string; readonly script: string }[];
export function normalize(output: string, home: string): string;
