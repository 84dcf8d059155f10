"use client";
import { ChevronDown, Info, OctagonX, TriangleAlert, X } from "lucide-react";
import { type RefObject, useEffect, useId, useRef, useState } from "react";
import { InlineText } from "../ui/inline-text.tsx";
import { useBench, useLab } from "./context.tsx";
import { foremost, type Notice, noticesOf } from "./notice-list.ts";

const icons = { info: Info, warning: TriangleAlert, error: OctagonX };

/**
 * What the lab has to say: a server was started again, work is not saved, … However much it is, it takes one line of the bench until
 * somebody wants to read all of it.
 */
export function Notices() {
  const bench = useBench();
  const saving = useLab((lab) => lab.saving);
  const phase = useLab((lab) => lab.phase);
  const notices = noticesOf({ phase, saving, notices: useLab((lab) => lab.notices) });
  const [isOpen, setIsOpen] = useState(false);
  const first = foremost(notices);
  const line = useRef<HTMLSpanElement>(null);
  const isCut = useIsCut(line, isOpen ? undefined : first?.text);
  const fold = useRef<HTMLButtonElement>(null);
  const list = useId();
  const dismiss = (gone: readonly Notice[]) => {
    for (const { id } of gone) if (id !== undefined) bench.client?.dismissNotice(id);
    if (gone.length === notices.length) setIsOpen(false);
    else fold.current?.focus();
  };
  const dismissible = notices.filter(({ id }) => id !== undefined);
  const count = notices.length;
  const Icon = icons[first?.level ?? "info"];
  return (
    <div role="status" aria-atomic="false">
      {first === undefined ? null : (
        <section className="notices" aria-label="Messages of the lab">
          <div className="notice" data-level={first.level}>
            <Icon size={15} aria-hidden="true" />
            <span ref={line} className="notice-line">
              {isOpen ? count === 1 ? "1 message" : `${count} messages` : <InlineText text={first.text} />}
            </span>
            {count > 1 && !isOpen ? (
              <>
                <span className="notice-more" aria-hidden="true">
                  +{count - 1}
                </span>
                <span className="sr-only">{plain(notices.filter((notice) => notice !== first))}</span>
              </>
            ) : null}
            {count > 1 || isCut || isOpen ? (
              <button
                ref={fold}
                type="button"
                className="icon-button"
                aria-expanded={isOpen}
                aria-controls={isOpen ? list : undefined}
                aria-label={count === 1 ? "The whole message" : `All ${count} messages`}
                title={count === 1 ? "The whole message" : `All ${count} messages`}
                onClick={() => setIsOpen(!isOpen)}
              >
                <ChevronDown size={15} aria-hidden="true" className={isOpen ? "rotate-180" : undefined} />
              </button>
            ) : null}
            {dismissible.length > 0 ? (
              <Dismiss label={count === 1 ? "Dismiss the message" : "Dismiss all messages"} onClick={() => dismiss(dismissible)} />
            ) : null}
          </div>
          {isOpen ? (
            <ul id={list} className="notices-all">
              {notices.map((notice) => (
                <NoticeRow key={notice.id ?? "saving"} notice={notice} onDismiss={count > 1 ? () => dismiss([notice]) : undefined} />
              ))}
            </ul>
          ) : null}
        </section>
      )}
    </div>
  );
}

/** Who hears the page is told all of it, folded or not. */
function plain(notices: readonly Notice[]): string {
  return notices.map(({ text }) => text.replaceAll(/[`*]/g, "")).join(" ");
}

function NoticeRow({ notice: { id, text, level }, onDismiss }: { notice: Notice; onDismiss: (() => void) | undefined }) {
  const Icon = icons[level];
  return (
    <li className="notice" data-level={level}>
      <Icon size={15} aria-hidden="true" />
      <span>
        <InlineText text={text} />
      </span>
      {id === undefined || onDismiss === undefined ? null : <Dismiss label="Dismiss this message" onClick={onDismiss} />}
    </li>
  );
}

function Dismiss({ label, onClick }: { label: string; onClick: () => void }) {
  return (
    <button type="button" className="icon-button" onClick={onClick} aria-label={label} title={label}>
      <X size={14} aria-hidden="true" />
    </button>
  );
}

/** Whether a line ends in dots, for want of room. */
function useIsCut(line: RefObject<HTMLElement | null>, text: string | undefined): boolean {
  const [isCut, setIsCut] = useState(false);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another text is another length
  useEffect(() => {
    const element = line.current;
    if (!element) return;
    const measure = () => setIsCut(element.scrollWidth > element.clientWidth);
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    measure();
    return () => observer.disconnect();
  }, [line, text]);
  return isCut;
}
