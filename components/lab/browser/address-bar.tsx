"use client";
import { ArrowLeft, ArrowRight, Code, Copy, RotateCw, X } from "lucide-react";
import { type FormEvent, useId, useState } from "react";
import type { BrowserRequest } from "../../../lib/lab/types.ts";
import { announce } from "../../ui/announcer.tsx";
import { readAddress } from "./address.ts";
import { Lock } from "./lock.tsx";
import type { PaneView } from "./pane-frame.ts";

export interface AddressBarProps {
  view: PaneView;
  opened: boolean;
  canGoBack: boolean;
  canGoForward: boolean;
  home: string;
  machines: readonly { readonly name: string }[];
  from: string;
  offered: readonly string[];
  /** The request whose answer is shown. */
  shown: BrowserRequest | undefined;
  source: boolean;
  onGo: (url: string, from: string) => void;
  onBack: () => void;
  onForward: () => void;
  onReload: () => void;
  onStop: () => void;
  onSource: () => void;
}

/** What stands above the page: where one is, and how to get elsewhere. */
export function AddressBar(props: AddressBarProps) {
  const { view, opened, home, machines, from, offered, shown, source } = props;
  const [typed, setTyped] = useState<string>();
  const [problem, setProblem] = useState<string>();
  const list = useId();
  const said = useId();
  const go = (text: string, machine: string) => {
    const address = readAddress(text);
    if ("problem" in address) {
      setProblem(address.problem);
      return;
    }
    setProblem(undefined);
    setTyped(undefined);
    props.onGo(address.url, machine);
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    go(typed ?? view.url, from);
  };
  const copy = () =>
    navigator.clipboard.writeText(view.url).then(
      () => announce("The address is copied."),
      () => announce("The browser does not let the address be copied."),
    );
  return (
    <>
      <form className="bar bar-sub address-bar" onSubmit={submit} noValidate>
        <div className="address-tools">
          <Tool label="Back" onClick={props.onBack} disabled={!props.canGoBack} Icon={ArrowLeft} />
          <Tool label="Forward" onClick={props.onForward} disabled={!props.canGoForward} Icon={ArrowRight} />
          {view.loading ? (
            <Tool label="Stop" onClick={props.onStop} disabled={!opened} Icon={X} />
          ) : (
            <Tool label="Reload" onClick={props.onReload} disabled={!opened} Icon={RotateCw} />
          )}
          {machines.length > 1 ? (
            <select
              className="address-machine"
              aria-label="Machine that the browser is on"
              value={from}
              onChange={(event) => go(typed || view.url || home, event.target.value)}
            >
              {machines.map(({ name }) => (
                <option key={name}>{name}</option>
              ))}
            </select>
          ) : null}
        </div>
        {opened ? <Lock url={view.url} shown={shown} /> : null}
        <input
          className="address"
          aria-label="Address"
          aria-invalid={problem !== undefined}
          aria-describedby={problem === undefined ? undefined : said}
          spellCheck={false}
          autoComplete="off"
          autoCapitalize="off"
          inputMode="url"
          list={list}
          placeholder={home}
          value={typed ?? view.url}
          onChange={(event) => {
            setTyped(event.target.value);
            setProblem(undefined);
          }}
          onFocus={(event) => event.target.select()}
          onKeyDown={(event) => {
            if (event.key !== "Escape" || typed === undefined) return;
            event.preventDefault();
            setTyped(undefined);
            setProblem(undefined);
          }}
          onBlur={() => setTyped((text) => (text === view.url ? undefined : text))}
        />
        <datalist id={list}>
          {offered.map((url) => (
            <option key={url} value={url} />
          ))}
        </datalist>
        <Tool label="Copy the address" onClick={() => void copy()} disabled={!opened} Icon={Copy} />
        <Tool label="Source of the page" onClick={props.onSource} disabled={!opened} Icon={Code} pressed={source} />
      </form>
      {problem === undefined ? null : (
        <p id={said} role="alert" className="notice" data-level="warning">
          <span>{problem}</span>
        </p>
      )}
    </>
  );
}

interface ToolProps {
  label: string;
  onClick: () => void;
  disabled: boolean;
  Icon: typeof X;
  pressed?: boolean;
}

function Tool({ label, onClick, disabled, Icon, pressed }: ToolProps) {
  return (
    <button
      type="button"
      className="icon-button"
      onClick={onClick}
      disabled={disabled}
      aria-label={label}
      aria-pressed={pressed}
      title={label}
    >
      <Icon size={15} aria-hidden="true" />
    </button>
  );
}
