"use client";
import { Check, Copy } from "lucide-react";
import { useEffect, useState } from "react";
import { announce } from "../ui/announcer.tsx";

/** Copies a text to the clipboard. `what` completes the label: "Copy …". */
export function CopyButton({ text, what }: { text: string; what: string }) {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), 1600);
    return () => clearTimeout(timer);
  }, [copied]);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      setCopied(true);
      announce("Copied.");
    } catch {
      announce("The browser did not allow copying. Select the text and copy it by hand.");
    }
  };
  return (
    <button type="button" className="icon-button copy" onClick={copy} aria-label={`Copy ${what}`} title={`Copy ${what}`}>
      {copied ? <Check size={15} aria-hidden="true" /> : <Copy size={15} aria-hidden="true" />}
    </button>
  );
}
