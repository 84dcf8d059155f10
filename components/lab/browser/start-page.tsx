"use client";
import { useBench } from "../context.tsx";
import { suggestions } from "./address.ts";

interface StartProps {
  home: string;
  from: string;
  ports: readonly { readonly machine: string; readonly port: number }[];
  onGo: (url: string) => void;
}

/** Before any page: what there is to open. */
export function StartPage({ home, from, ports, onGo }: StartProps) {
  const bench = useBench();
  const addresses = suggestions(ports, from);
  return (
    <div className="browser-start">
      {addresses.length === 0 ? (
        <p>
          Nothing listens on the lab’s machines yet. Start a server in the terminal, then open its address here
          {home ? (
            <>
              :{" "}
              <button type="button" className="link" onClick={() => onGo(home)}>
                {home}
              </button>
            </>
          ) : (
            "."
          )}
        </p>
      ) : (
        <>
          <p>These ports are open{bench.info.machines.length > 1 ? `, as ${from} calls them` : ""}:</p>
          <ul>
            {addresses.map((url) => (
              <li key={url}>
                <button type="button" className="link" onClick={() => onGo(url)}>
                  {url}
                </button>
              </li>
            ))}
          </ul>
        </>
      )}
    </div>
  );
}
