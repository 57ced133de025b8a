/** @typedef {import('../agent-runtime/src/contract/review.ts').ReviewResult} Review */

const VERDICTS = { approve: 'approve', comment: 'comment', request_changes: 'request changes' };
const WIDTH = 96;

/** A model's words must not steer the terminal. @param {unknown} text */
const plain = (text) => String(text).replaceAll(/[\x00-\x08\x0b-\x1f\x7f-\x9f]/g, '');

/** @param {string} text @param {number} indent */
function wrapped(text, indent) {
  const lines = [''];
  for (const word of plain(text).split(/\s+/).filter(Boolean)) {
    const last = /** @type {string} */ (lines.at(-1));
    if (last !== '' && last.length + 1 + word.length > WIDTH - indent) lines.push(word);
    else lines[lines.length - 1] = last === '' ? word : `${last} ${word}`;
  }
  return lines.map((line) => ' '.repeat(indent) + line);
}

/** @param {Review['model']} model */
function cost(model) {
  if (model.offline) return 'none, no language model was used';
  if (model.costStatus === 'unknown') return 'unknown: the model has no known price';
  return model.costStatus === 'free' ? 'free' : `$${(model.costUsd ?? 0).toFixed(4)}`;
}

/** @param {Review['findings'][number]} finding */
const place = (finding) => `${finding.path}:${finding.startLine}${finding.endLine > finding.startLine ? `-${finding.endLine}` : ''}`;

/** The review as lines for a terminal. @param {Review} review @returns {string[]} */
export function reviewText(review) {
  const { pullRequest, coverage, model, posted } = review;
  /** @param {string} name @param {string} text */
  const row = (name, text) => [`  ${name.padEnd(10)}${wrapped(text, 12).join('\n').trimStart()}`];
  const skipped = coverage.files.filter((file) => file.reason !== null);
  const { usage } = model;
  return [
    ...(pullRequest ? wrapped(`Review of ${pullRequest.owner}/${pullRequest.repository}#${pullRequest.number}: ${pullRequest.title}`, 0) : ['Review']),
    '',
    ...row('Verdict', VERDICTS[review.verdict] ?? plain(review.verdict)),
    ...row('Summary', review.summary),
    ...row('Findings', String(review.findings.length)),
    ...review.findings.flatMap((finding) => [
      `    ${finding.severity.padEnd(9)}${plain(place(finding))}  ${plain(finding.title)}`,
      ...wrapped(finding.explanation, 13),
    ]),
    ...row('Coverage', `${coverage.hunksReviewed} of ${coverage.hunksTotal} hunks in ${coverage.files.length} files`),
    ...skipped.flatMap((file) => wrapped(`${file.path}: ${file.reason}`, 12)),
    ...row('Model', `${model.models.join(', ') || 'none'}${model.offline ? ' (rules, not a language model: set a key in .env to use one)' : ''}`),
    ...row('Tokens', `${usage.input + usage.cacheRead + usage.cacheWrite5m + usage.cacheWrite1h} in, ${usage.output} out`),
    ...row('Cost', cost(model)),
    ...row('Time', `${(review.durationMs / 1000).toFixed(1)} s`),
    ...(posted ? row('Posted', `${posted.inlineComments} inline comments, ${posted.url}`) : []),
    ...review.notes.flatMap((note) => row('Note', note)),
  ].flatMap((line) => line.split('\n'));
}
