"use client";
import { useCallback, useEffect, useState } from "react";
import type { Reel } from "../../lib/lab/film/player.ts";

export interface Playback {
  readonly timeMs: number;
  readonly playing: boolean;
  readonly speed: number;
  toggle(): void;
  seek(timeMs: number): void;
  setSpeed(speed: number): void;
}

/** Moves through a film's time. At its end it waits while more is coming, else stops. */
export function usePlayback(reel: Reel, complete: boolean): Playback {
  const [timeMs, setTime] = useState(0);
  const [playing, setPlaying] = useState(false);
  const [speed, setSpeed] = useState(1);
  useEffect(() => {
    if (!playing) return;
    let frame = 0;
    let before = performance.now();
    const move = (now: number) => {
      const passed = (now - before) * speed;
      before = now;
      setTime((time) => Math.min(reel.lengthMs, time + passed));
      frame = requestAnimationFrame(move);
    };
    frame = requestAnimationFrame(move);
    return () => cancelAnimationFrame(frame);
  }, [playing, speed, reel]);
  const atEnd = complete && timeMs >= reel.lengthMs;
  useEffect(() => {
    if (atEnd) setPlaying(false);
  }, [atEnd]);
  const seek = useCallback((time: number) => setTime(Math.max(0, Math.min(time, reel.lengthMs))), [reel]);
  const toggle = useCallback(() => {
    if (atEnd && !playing) setTime(0);
    setPlaying(!playing);
  }, [atEnd, playing]);
  return { timeMs, playing, speed, toggle, seek, setSpeed };
}
