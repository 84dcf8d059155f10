"use client";
import { Info, OctagonX, TriangleAlert, X } from "lucide-react";
import { InlineText } from "../ui/inline-text.tsx";
import { useBench, useLab } from "./context.tsx";

const icons = { info: Info, warning: TriangleAlert, error: OctagonX };

/** What the lab has to say: a server was started again, work is not saved, … */
export function Notices() {
  const bench = useBench();
  const notices = useLab((lab) => lab.notices);
  const saving = useLab((lab) => lab.saving);
  const phase = useLab((lab) => lab.phase);
  return (
    <div role="status" className="notices">
      {phase === "running" && saving.state === "off" && saving.reason ? (
        <p className="notice" data-level="warning">
          <TriangleAlert size={15} aria-hidden="true" />
          <span>Your work will not be saved: {saving.reason}</span>
        </p>
      ) : null}
      {notices.slice(-3).map((notice) => {
        const Icon = icons[notice.level];
        return (
          <p key={notice.id} className="notice" data-level={notice.level}>
            <Icon size={15} aria-hidden="true" />
            <span>
              <InlineText text={notice.text} />
            </span>
            <button
              type="button"
              className="icon-button"
              onClick={() => bench.client?.dismissNotice(notice.id)}
              aria-label="Dismiss"
              title="Dismiss"
            >
              <X size={14} aria-hidden="true" />
            </button>
          </p>
        );
      })}
    </div>
  );
}
