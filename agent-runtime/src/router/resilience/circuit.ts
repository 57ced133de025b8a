import type { AiosError } from '../../errors.ts';
import { meaningOf } from './failure-meaning.ts';
import type { Permit } from './resilience.ts';
import { RollingWindow } from './rolling-window.ts';
import type { BreakerSettings } from './settings.ts';

/** What the breaker knows of one key. Closed until it fails too much, then open, then half-open until a probe has told. */
export class Circuit {
  readonly #settings: () => BreakerSettings;
  readonly #now: () => number;
  #window: RollingWindow;
  #windowMs: number;
  /** Failures since the last success. */
  #inRow = 0;
  /** Null: closed. In the past: half-open. */
  #openUntil: number | null = null;
  #limitedUntil = -Infinity;
  /** Openings without a time of peace between them; doubles the time that it stays open. */
  #openings = 0;
  #closedAt = -Infinity;
  /** When the probe that is under way began. */
  #probeAt: number | null = null;
  #era = 0;

  constructor(settings: () => BreakerSettings, now: () => number) {
    this.#settings = settings;
    this.#now = now;
    this.#windowMs = settings().windowMs;
    this.#window = new RollingWindow(this.#windowMs);
  }

  /** Counts the openings, probes and closings: a call that began before the last one says nothing about what is now. */
  get era(): number {
    return this.#era;
  }

  enter(): Permit | null {
    // The usual case, without a look at the clock.
    if (this.#openUntil === null && this.#limitedUntil === -Infinity) return new CircuitPermit(this, false);
    const now = this.#now();
    if (this.opensAgainInMs(now) > 0) return null;
    this.#limitedUntil = -Infinity;
    if (this.#openUntil === null) return new CircuitPermit(this, false);
    // A probe that never ended must not keep the endpoint away for ever.
    if (this.#probeAt !== null && now - this.#probeAt < this.#settings().maxOpenMs) return null;
    this.#probeAt = now;
    this.#era += 1;
    return new CircuitPermit(this, true);
  }

  state(): 'closed' | 'open' | 'half-open' {
    if (this.opensAgainInMs(this.#now()) > 0) return 'open';
    return this.#openUntil === null ? 'closed' : 'half-open';
  }

  opensAgainInMs(now: number): number {
    return Math.max(0, (this.#openUntil ?? -Infinity) - now, this.#limitedUntil - now);
  }

  succeeded(probe: boolean): void {
    if (probe) return this.#close();
    this.#inRow = 0;
    this.#currentWindow().succeeded(this.#now());
  }

  failed(probe: boolean, error: AiosError): void {
    const meaning = meaningOf(error.code);
    if (meaning === 'limited') this.#limit(error.retryAfterMs);
    if (probe) {
      if (meaning === 'unwell') this.#open(error.retryAfterMs);
      else if (meaning === 'answered' || meaning === 'limited') this.#close();
      else this.#probeAt = null;
      return;
    }
    if (meaning !== 'unwell') return;
    const { failures, failureRate } = this.#settings();
    const now = this.#now();
    this.#inRow += 1;
    this.#currentWindow().failed(now);
    const counts = this.#window.counts(now);
    const tooMany = counts.failures >= failures && counts.failures >= failureRate * counts.total;
    if (this.#inRow >= failures || tooMany) this.#open(error.retryAfterMs);
  }

  cancelled(probe: boolean): void {
    if (probe) this.#probeAt = null;
  }

  #open(retryAfterMs: number | undefined): void {
    const { openMs, maxOpenMs, windowMs } = this.#settings();
    const now = this.#now();
    if (this.#openUntil === null && now - this.#closedAt > windowMs) this.#openings = 0;
    const backOffMs = Math.min(openMs * 2 ** Math.min(this.#openings, 30), maxOpenMs);
    this.#openings += 1;
    this.#openUntil = now + Math.max(backOffMs, Math.min(retryAfterMs ?? 0, maxOpenMs));
    this.#probeAt = null;
    this.#era += 1;
  }

  #close(): void {
    this.#openUntil = null;
    this.#probeAt = null;
    this.#closedAt = this.#now();
    this.#inRow = 0;
    this.#window.clear();
    this.#era += 1;
  }

  #limit(retryAfterMs: number | undefined): void {
    if (retryAfterMs === undefined || retryAfterMs <= 0) return;
    this.#limitedUntil = Math.max(this.#limitedUntil, this.#now() + Math.min(retryAfterMs, this.#settings().maxOpenMs));
  }

  #currentWindow(): RollingWindow {
    const { windowMs } = this.#settings();
    if (windowMs !== this.#windowMs) {
      this.#windowMs = windowMs;
      this.#window = new RollingWindow(windowMs);
    }
    return this.#window;
  }
}

class CircuitPermit implements Permit {
  readonly probe: boolean;
  readonly #era: number;
  #circuit: Circuit | null;

  constructor(circuit: Circuit, probe: boolean) {
    this.#circuit = circuit;
    this.#era = circuit.era;
    this.probe = probe;
  }

  succeeded(): void {
    this.#end()?.succeeded(this.probe);
  }

  failed(error: AiosError): void {
    this.#end()?.failed(this.probe, error);
  }

  cancelled(): void {
    this.#end()?.cancelled(this.probe);
  }

  /** The circuit, if it is still to be told. */
  #end(): Circuit | null {
    const circuit = this.#circuit;
    this.#circuit = null;
    return circuit?.era === this.#era ? circuit : null;
  }
}
