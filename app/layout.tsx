import "@fontsource-variable/source-serif-4/wght.css";
import "@fontsource-variable/source-serif-4/wght-italic.css";
import "@fontsource-variable/inter/wght.css";
import "@fontsource-variable/jetbrains-mono/wght.css";
import "./globals.css";
import type { Metadata, Viewport } from "next";
import type { ReactNode } from "react";
import { Announcer } from "../components/ui/announcer.tsx";
import { SiteHeader } from "../components/ui/site-header.tsx";
import { beforePaint } from "../lib/preferences/before-paint.ts";

export const metadata: Metadata = {
  title: { default: "Slipway: learn deployment by doing it", template: "%s · Slipway" },
  description: "Put web applications into production in a browser tab: real servers, real applications, graded by what happens.",
};

export const viewport: Viewport = {
  width: "device-width",
  initialScale: 1,
  // The keyboard of a phone then shrinks the page, so that the terminal's last line stays in view.
  interactiveWidget: "resizes-content",
  themeColor: [
    { media: "(prefers-color-scheme: light)", color: "#fbfaf6" },
    { media: "(prefers-color-scheme: dark)", color: "#15181b" },
  ],
};

export default function RootLayout({ children }: { children: ReactNode }) {
  return (
    // The script below sets attributes before React sees the element.
    <html lang="en" suppressHydrationWarning>
      <head>
        {/* biome-ignore lint/security/noDangerouslySetInnerHtml: a constant of ours; the Content-Security-Policy holds its hash */}
        <script dangerouslySetInnerHTML={{ __html: beforePaint }} />
      </head>
      <body>
        <a className="skip-link" href="#content">
          Skip to the text
        </a>
        <SiteHeader />
        {children}
        <Announcer />
      </body>
    </html>
  );
}
