import { linesOf } from './change.mjs';
import { escapeHtml as escape, markdown } from './markdown.mjs';
import { SAMPLE } from './repository.mjs';

const STYLE = `
  :root { color-scheme: light dark; --line: light-dark(#d0d7de, #3d444d); --dim: light-dark(#59636e, #9198a1);
    --added: light-dark(#dafbe1, #12261e); --deleted: light-dark(#ffebe9, #2a1315); --hunk: light-dark(#ddf4ff, #121d2f); --note: light-dark(#fff8c5, #272115); }
  body { font: 15px/1.5 system-ui, sans-serif; max-width: 1080px; margin: 2rem auto; padding: 0 1rem; }
  h1 { font-size: 1.6rem; margin-bottom: 0 } h1 small, .dim { color: var(--dim); font-weight: normal }
  section, .review { border: 1px solid var(--line); border-radius: 6px; margin: 1rem 0; overflow: hidden }
  section > h2 { font: 600 14px ui-monospace, monospace; margin: 0; padding: .6rem .8rem; border-bottom: 1px solid var(--line) }
  table { border-collapse: collapse; width: 100%; font: 12.5px/1.6 ui-monospace, monospace }
  td { padding: 0 .6rem; white-space: pre-wrap; overflow-wrap: anywhere } td.number { width: 1%; white-space: nowrap; overflow-wrap: normal; text-align: right; color: var(--dim); user-select: none }
  tr.added { background: var(--added) } tr.deleted { background: var(--deleted) } tr.hunk { background: var(--hunk); color: var(--dim) }
  .comment { font: 14px/1.5 system-ui, sans-serif; white-space: normal; border: 1px solid var(--line); border-left: 4px solid #bf8700; border-radius: 6px;
    background: var(--note); padding: .6rem .8rem; margin: .4rem 0 }
  .review { padding: .8rem } p, h3, blockquote, ul { margin: .5rem 0 } p { white-space: pre-line } table.list { width: auto; font: inherit } table.list td { border: 1px solid var(--line); padding: .2rem .6rem }
  code, pre { font: 12.5px ui-monospace, monospace; background: color-mix(in srgb, var(--dim) 15%, transparent); border-radius: 4px; padding: .1rem .3rem; white-space: pre-wrap }
  blockquote { border-left: 3px solid var(--line); padding-left: .8rem; color: var(--dim) } .REQUEST_CHANGES { border-left: 4px solid #cf222e } .APPROVE { border-left: 4px solid #1a7f37 } .COMMENT { border-left: 4px solid #0969da }`;

const WORDS = { APPROVE: 'approved', REQUEST_CHANGES: 'requested changes', COMMENT: 'commented' };

/** @param {import('./change.mjs').ChangedFile} file @param {import('./reviews.mjs').StoredComment[]} comments */
function fileSection(file, comments) {
  const rows = linesOf(file.patch ?? '').map((line) => {
    const here = comments.filter((comment) => (comment.side === 'LEFT' ? line.left : line.right) === comment.line);
    const row = `<tr class="${line.kind}"><td class="number">${line.left ?? ''}</td><td class="number">${line.right ?? ''}</td><td>${escape(line.text)}</td></tr>`;
    return row + here.map((comment) =>
      `<tr id="comment-${comment.id}"><td colspan="3"><div class="comment"><b>cto-agent</b> <span class="dim">on ${comment.startLine ? `lines ${comment.startLine} to` : 'line'} ${comment.line}</span>${markdown(comment.body)}</div></td></tr>`).join('');
  });
  return `<section><h2>${escape(file.path)} <span class="dim">+${file.additions} −${file.deletions}</span></h2><table>${rows.join('')}</table></section>`;
}

/**
 * The pull request as a page: its diff with the comments that were posted.
 * @param {{ change: ReturnType<typeof import('./change.mjs').readChange>, reviews: readonly import('./reviews.mjs').StoredReview[], checkRuns: readonly import('./reviews.mjs').StoredCheckRun[] }} options
 */
export function pullRequestPage({ change, reviews, checkRuns }) {
  const comments = reviews.flatMap((review) => review.comments);
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escape(SAMPLE.title)} · Pull request #${SAMPLE.number}</title><style>${STYLE}</style></head><body>
<h1>${escape(SAMPLE.title)} <small>#${SAMPLE.number}</small></h1>
<p class="dim">${SAMPLE.owner}/${SAMPLE.repository} · sam-sample wants to merge ${SAMPLE.head} (${change.headSha.slice(0, 7)}) into ${SAMPLE.base} · a sample on this machine, served as GitHub would</p>
<div class="review">${markdown(SAMPLE.body)}</div>
${reviews.length === 0 ? '<p class="dim">No review was posted yet.</p>' : ''}
${reviews.map((review) => `<div class="review ${review.event}" id="review-${review.id}"><b>cto-agent</b> <span class="dim">${WORDS[review.event]}, ${escape(review.at)}, ${review.comments.length} inline comments</span>${markdown(review.body)}</div>`).join('\n')}
${checkRuns.map((run) => `<div class="review" id="check-${run.id}"><b>${escape(run.name)}</b> <span class="dim">${escape(run.conclusion)}</span><p>${escape(run.title)}</p>${markdown(run.summary)}</div>`).join('\n')}
${change.files.map((file) => fileSection(file, comments.filter((comment) => comment.path === file.path))).join('\n')}
</body></html>`;
}
