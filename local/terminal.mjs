const HEARTBEAT_MS = 15_000;

/** `83000` → `1 min 23 s`. @param {number} milliseconds */
export function duration(milliseconds) {
  if (milliseconds < 10_000) return `${(milliseconds / 1000).toFixed(1)} s`;
  const seconds = Math.round(milliseconds / 1000);
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${String(seconds % 60).padStart(2, '0')} s`;
}

/**
 * Shows numbered steps with the time they take: on a terminal with a line that lives, elsewhere with plain lines only.
 * @param {{ write(text: string): unknown, isTTY?: boolean, columns?: number }} output
 * @param {number} stepCount how many steps will be shown
 */
export function createTerminal(output, stepCount) {
  const live = output.isTTY === true;
  let number = 0;
  let closed = false;
  /** @type {(() => void) | undefined} */
  let clearLiveLine;

  /** @param {string} text */
  const line = (text = '') => {
    if (closed) return;
    clearLiveLine?.();
    output.write(`${text}\n`);
  };

  /**
   * Runs one step and gives what `work` gives; its `note` closes the step's line.
   * @template Result
   * @param {string} title
   * @param {(say: (detail: string) => void) => Promise<Result & { note: string }>} work gets a function that says what it is doing
   * @returns {Promise<Result>}
   */
  const step = async (title, work) => {
    number += 1;
    const name = `[${number}/${stepCount}] ${title}`;
    const began = Date.now();
    let detail = '';
    const draw = () => {
      if (closed) return;
      const text = `${name} … ${duration(Date.now() - began)}${detail && `  ${detail}`}`;
      output.write(`\r\x1b[K${text.slice(0, (output.columns || 80) - 1)}`);
    };
    const beat = () => line(`${name} … ${duration(Date.now() - began)}${detail && `, ${detail}`}`);
    const timer = setInterval(live ? draw : beat, live ? 200 : HEARTBEAT_MS);
    if (live) {
      clearLiveLine = () => output.write('\r\x1b[K');
      draw();
    } else line(`${name} …`);
    const close = () => {
      clearInterval(timer);
      clearLiveLine?.();
      clearLiveLine = undefined;
    };
    try {
      const result = await work((text) => { detail = text.replaceAll(/[\x00-\x1f\x7f]/g, ' ').trim(); });
      close();
      line(`${name}: ${result.note} (${duration(Date.now() - began)})`);
      return result;
    } catch (error) {
      close();
      line(`${name}: failed after ${duration(Date.now() - began)}`);
      throw error;
    }
  };

  return {
    line,
    /** @param {readonly string[]} texts */
    lines: (texts) => texts.forEach((text) => line(text)),
    step,
    /** Shows nothing any more. */
    close: () => {
      clearLiveLine?.();
      closed = true;
    },
  };
}
