"use client";
import { useEffect, useState } from "react";
import type { BrowserRequest, LabClient } from "../../../lib/lab/types.ts";
import type { Pane } from "./pane-frame.ts";

interface SourceViewProps {
  client: LabClient;
  shown: BrowserRequest | undefined;
  pane: Pane | undefined;
}

/** The page's source: as the server sent it, or as scripts have made it. */
export function SourceView({ client, shown, pane }: SourceViewProps) {
  const [what, setWhat] = useState<"sent" | "now">("sent");
  const [text, setText] = useState<string>();
  const id = shown?.id;
  useEffect(() => {
    let stale = false;
    const read = async () => {
      if (what === "now") return (await pane?.dom()) ?? "";
      const details = id === undefined ? undefined : await client.requestDetails(id);
      return details?.responseBody;
    };
    void read().then((found) => {
      if (!stale) setText(found ?? "This answer is no text, too long, or no longer known. Reload the page to see it.");
    });
    return () => {
      stale = true;
    };
  }, [client, id, pane, what]);
  return (
    <div className="source">
      <div className="source-choice">
        {(["sent", "now"] as const).map((each) => (
          <button key={each} type="button" className="bar-button" aria-pressed={what === each} onClick={() => setWhat(each)}>
            {each === "sent" ? "As the server sent it" : "As it is now"}
          </button>
        ))}
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a text that scrolls must be reachable by keyboard */}
      <section aria-label="Source of the page" className="source-text" tabIndex={0}>
        <pre>{text}</pre>
      </section>
    </div>
  );
}
