"use client";
import { Monitor, Moon, Sun } from "lucide-react";
import { useSyncExternalStore } from "react";
import { PREFERENCE } from "../../lib/preferences/before-paint.ts";

type Theme = "system" | "light" | "dark";
const order: readonly Theme[] = ["system", "light", "dark"];
const words: Record<Theme, string> = { system: "as the system says", light: "light", dark: "dark" };
const icons = { system: Monitor, light: Sun, dark: Moon };

function read(): Theme {
  const theme = document.documentElement.dataset.theme;
  return theme === "light" || theme === "dark" ? theme : "system";
}

function subscribe(changed: () => void): () => void {
  const observer = new MutationObserver(changed);
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
  return () => observer.disconnect();
}

function choose(theme: Theme): void {
  if (theme === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
  try {
    if (theme === "system") localStorage.removeItem(PREFERENCE.theme);
    else localStorage.setItem(PREFERENCE.theme, theme);
  } catch {
    // Storage is blocked: the choice holds for this page only.
  }
}

/** Goes through system, light and dark. */
export function ThemeToggle() {
  const theme = useSyncExternalStore(subscribe, read, () => "system" as const);
  const next = order[(order.indexOf(theme) + 1) % order.length] ?? "system";
  const Icon = icons[theme];
  return (
    <button
      type="button"
      className="icon-button shrink-0"
      onClick={() => choose(next)}
      aria-label={`Theme: ${words[theme]}. Change to ${words[next]}.`}
      title={`Theme: ${words[theme]}`}
    >
      <Icon size={17} aria-hidden="true" />
    </button>
  );
}
