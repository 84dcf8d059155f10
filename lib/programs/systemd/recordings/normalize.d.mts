export function normalize(text: string): string;
