/** What was asked of a measurement, and what it gave. */
export interface Target { name: string; met: boolean; figure: string }
