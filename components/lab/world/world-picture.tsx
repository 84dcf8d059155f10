"use client";
import { Globe, Server, Users } from "lucide-react";
import { type CSSProperties, useCallback, useEffect, useId, useLayoutEffect, useRef, useState } from "react";
import type { WorldMachine, WorldPort, WorldService } from "../../../lib/lab/types.ts";
import { type ArrowLine, type Box, layOut, reachBeyond } from "./geometry.ts";
import { answerText, type Flow, kindOf, type Place, type Pulse, type WorldState, type WorldStore } from "./world-store.ts";

/** A pulse takes so long from one place to the other. */
const TRAVEL_MS = 700;
/** So many move at once at the most; the numbers tell the rest. */
const MOST_PULSES = 40;

/** A label is one line of the fixed-width font at 12 pixels, of which each character takes 0.6 em. */
const LETTER = 7.2;
const LABEL_HEIGHT = 18;

interface Arrow extends ArrowLine {
  readonly flow: Flow;
  readonly text: string;
  readonly width: number;
}

/** Machines as boxes with the services in them, and arrows along which requests move. */
export function WorldPicture({ store, state, browserOn }: { store: WorldStore; state: WorldState; browserOn: string }) {
  const picture = useRef<HTMLDivElement>(null);
  const layer = useRef<HTMLDivElement>(null);
  const [arrows, setArrows] = useState<readonly Arrow[]>([]);
  // What swings out beyond the machines needs so much room. At one width it only grows: less of it might move the machines, and then more
  // be needed.
  const [reach, setReach] = useState(0);
  const width = useRef(0);
  const { snapshot, flows } = state;
  const head = useId();
  const paths = useRef(new Map<string, string>());

  const draw = useCallback(() => {
    const root = picture.current;
    if (!root) return;
    const found = flows.flatMap((flow) => {
      const from = boxOf(root, flow.from);
      const to = boxOf(root, flow.to);
      if (!from || !to) return [];
      const text = `${answerText(flow.last.status)} ×${flow.count}`;
      return [{ flow, text, from, to, label: { width: text.length * LETTER + 10, height: LABEL_HEIGHT } }];
    });
    const boxes = [...root.querySelectorAll("[data-box]")].map((element) => within(root, element));
    const lines = layOut(found, boxes);
    const next = lines.flatMap((line, index): Arrow[] => {
      const each = found[index];
      return each ? [{ ...line, flow: each.flow, text: each.text, width: each.label.width }] : [];
    });
    setReach((before) => Math.max(before, Math.ceil(reachBeyond(lines, found, Math.max(0, ...boxes.map(({ right }) => right))))));
    paths.current = new Map(next.map(({ flow, path }) => [flow.key, path]));
    setArrows(next);
  }, [flows]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: boxes move when there are other services in them
  useLayoutEffect(draw, [draw, snapshot, reach]);
  useEffect(() => {
    const frame = picture.current?.parentElement;
    if (!frame) return;
    const observer = new ResizeObserver(() => {
      if (frame.offsetWidth !== width.current) setReach(0);
      width.current = frame.offsetWidth;
      draw();
    });
    observer.observe(frame);
    if (picture.current) observer.observe(picture.current);
    return () => observer.disconnect();
  }, [draw]);
  useEffect(
    () =>
      store.onPulses((pulses) => {
        if (matchMedia("(prefers-reduced-motion: reduce)").matches) return;
        // The arrow of a first request is drawn before it moves.
        requestAnimationFrame(() => {
          for (const pulse of pulses) send(layer.current, paths.current.get(pulse.flow), pulse);
        });
      }),
    [store],
  );

  if (!snapshot) return <p className="panel-empty">The world view is there when the machines run.</p>;
  const hasInternet = snapshot.traffic.some(({ from }) => from === "internet") || flows.some(({ from }) => from === "internet");
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a picture that scrolls must be reachable by keyboard
    <section className="world-scroll" aria-label="Picture of the world" tabIndex={0}>
      <div ref={picture} className="world-picture" style={{ "--reach": `${reach}px` } as CSSProperties}>
        {hasInternet ? (
          <div className="world-outside">
            <p className="world-service" data-place="internet" data-box>
              <Users size={14} aria-hidden="true" /> The internet
            </p>
          </div>
        ) : null}
        <ul className="world-machines" aria-label="Machines">
          {snapshot.machines.map((machine) => (
            <MachineBox key={machine.name} machine={machine} hasBrowser={machine.name === browserOn} />
          ))}
        </ul>
        <svg className="world-arrows" aria-hidden="true">
          <title>Arrows</title>
          <defs>
            <marker id={head} viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">
              <path d="M0 0.5 L7.5 4 L0 7.5 Z" fill="var(--line-strong)" />
            </marker>
          </defs>
          {arrows.map(({ flow, path }) => (
            <path key={flow.key} d={path} className="world-arrow" markerEnd={`url(#${head})`} />
          ))}
        </svg>
        <div ref={layer} className="world-pulses" aria-hidden="true" />
        <svg className="world-arrows world-labels" aria-hidden="true">
          <title>Answers</title>
          {arrows.map(({ flow, label: { x, y }, text, width }) => (
            <g key={flow.key} className="world-label" data-kind={kindOf(flow.last.status)}>
              <rect x={x - width / 2} y={y - LABEL_HEIGHT / 2} width={width} height={LABEL_HEIGHT} rx="4" />
              <text x={x} y={y + 4} textAnchor="middle">
                {text}
              </text>
            </g>
          ))}
        </svg>
      </div>
    </section>
  );
}

function MachineBox({ machine, hasBrowser }: { machine: WorldMachine; hasBrowser: boolean }) {
  const { name, address, services, programs } = machine;
  return (
    <li className="world-machine" data-box>
      <p className="world-machine-head" data-place={`machine:${name}`}>
        <Server size={14} aria-hidden="true" />
        <span className="world-name">{name}</span>
        <span className="world-soft">{address}</span>
      </p>
      {hasBrowser ? (
        <p className="world-service" data-place={`browser:${name}`}>
          <Globe size={13} aria-hidden="true" /> Browser
        </p>
      ) : null}
      {services.map((service) => (
        <ServiceBox key={service.name} service={service} place={`service:${name}/${service.name}`} />
      ))}
      {services.length === 0 ? <p className="world-soft world-none">nothing listens</p> : null}
      {programs.length > 0 ? (
        <p className="world-soft world-programs">
          also {programs.map((each) => (each.count > 1 ? `${each.name} ×${each.count}` : each.name)).join(", ")}
        </p>
      ) : null}
    </li>
  );
}

function ServiceBox({ service, place }: { service: WorldService; place: Place }) {
  const { name, pids, ports, sockets, user } = service;
  return (
    <div className="world-service" data-place={place}>
      <span className="world-name" title={`runs as ${user}`}>
        {name}
        {pids.length > 1 ? <span className="world-soft"> ×{pids.length}</span> : null}
      </span>
      <span className="world-ports">
        {ports.map((port) => (
          <span key={`${port.address}:${port.port}`} className="world-port" data-open={port.open} title={portText(port)}>
            {port.port}
            <span className="sr-only"> ({portText(port)})</span>
          </span>
        ))}
        {sockets.map((path) => (
          <span key={path} className="world-port" data-open="machine" title={`socket ${path}: only for programs of this machine`}>
            {path.slice(path.lastIndexOf("/") + 1)}
          </span>
        ))}
      </span>
    </div>
  );
}

export function portText({ address, port, open }: WorldPort): string {
  if (open === "machine") return `port ${port} at ${address}: only for programs of this machine`;
  return open === "closed" ? `port ${port}: kept from other machines by the firewall` : `port ${port}: open to other machines`;
}

/**
 * Where an arrow begins or ends: at the side of the machine, as high as the service in it; arrows pass below boxes. Of something that is
 * gone, its machine's head.
 */
function boxOf(root: HTMLElement, place: Place): Box | undefined {
  const machine = /^(?:service|browser):([^/]+)/.exec(place)?.[1];
  const element =
    root.querySelector(`[data-place="${CSS.escape(place)}"]`) ??
    (machine === undefined ? null : root.querySelector(`[data-place="${CSS.escape(`machine:${machine}`)}"]`));
  if (!element) return undefined;
  const { left, right } = within(root, element.closest("[data-box]") ?? element);
  return { ...within(root, element), left, right };
}

/** The box of an element, in the picture's own coordinates. */
function within(root: Element, element: Element): Box {
  const { left, top, right, bottom } = element.getBoundingClientRect();
  const origin = root.getBoundingClientRect();
  return { left: left - origin.left, top: top - origin.top, right: right - origin.left, bottom: bottom - origin.top };
}

/** Lets a dot move along the arrow; its shape tells the kind of answer. Words stand still, on the arrow, where they can be read. */
function send(layer: HTMLElement | null, path: string | undefined, { request, count }: Pulse): void {
  if (!layer || path === undefined || layer.childElementCount >= MOST_PULSES) return;
  const dot = document.createElement("span");
  dot.className = "world-pulse";
  dot.dataset.kind = kindOf(request.status);
  dot.dataset.many = count > 1 ? "true" : "false";
  dot.style.offsetPath = `path("${path}")`;
  layer.append(dot);
  const moving = dot.animate([{ offsetDistance: "0%" }, { offsetDistance: "100%" }], { duration: TRAVEL_MS, easing: "ease-in-out" });
  moving.onfinish = moving.oncancel = () => dot.remove();
}
