const SIGNALS = /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']);
const EXIT_CODES = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 };

/**
 * Notices when the person wants an end: Ctrl-C, a signal, or the npm that started us is gone. A second Ctrl-C ends the
 * programs at once.
 * @param {import('./processes.mjs').Processes} processes
 */
export function watchForStop(processes) {
  let wasAsked = false;
  /** @type {(exitCode: number) => void} */
  let ask = () => {};
  /** @type {Promise<number>} */
  const asked = new Promise((resolve) => { ask = resolve; });
  /** @type {Map<NodeJS.Signals, () => void>} */
  const listeners = new Map();
  for (const signal of SIGNALS) {
    const listener = () => {
      if (wasAsked && signal === 'SIGINT') processes.killAll();
      wasAsked = true;
      ask(signal === 'SIGINT' ? 0 : EXIT_CODES[signal]);
    };
    listeners.set(signal, listener);
    process.on(signal, listener);
  }

  /** Nobody reads us any more (`| head`), or we made a mistake: what was started must not be left behind. */
  const leave = (/** @type {Error} */ error) => {
    if (!wasAsked && /** @type {NodeJS.ErrnoException} */ (error).code !== 'EPIPE') console.error(error);
    wasAsked = true;
    ask(1);
  };
  process.stdout.on('error', leave);
  process.on('uncaughtException', leave);

  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.env.npm_lifecycle_event === undefined || process.ppid === parent || wasAsked) return;
    wasAsked = true;
    ask(EXIT_CODES.SIGHUP);
  }, 1_000);
  watch.unref();

  return {
    /** Resolves with the exit code once an end is asked for. */
    asked,
    wasAsked: () => wasAsked,
    done: () => {
      clearInterval(watch);
      process.off('uncaughtException', leave);
      for (const [signal, listener] of listeners) process.off(signal, listener);
    },
  };
}
