import pg from 'pg';

/** As many succeeded tasks as that, each a batch whose callback was delivered, with what they leave behind. The planner knows of them. */
export async function fillHistory(url: string, count: number, endedAt: number): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const at = `${endedAt}::bigint - ${count} + n`;
  const rows = `FROM generate_series(1, ${count}) AS n`;
  const id = (kind: string) => `'${kind}_0' || lpad(n::text, 12, '0')`;
  await client.query(`BEGIN;
    INSERT INTO batches (id, tenant, request_hash, callback_url, created_at, ended_at, open_tasks)
      SELECT ${id('batch')}, 't', 'h', 'http://n8n.test/x', ${at} - 5, ${at}, 0 ${rows};
    INSERT INTO tasks (id, batch_id, position, agent, operation, status, attempt, max_attempts, interruptions, created_at, started_at, ended_at,
      due_at, deadline_at, fence, cancel_requested, last_seq, result)
      SELECT ${id('task')}, ${id('batch')}, 0, 'smith', 'work', CASE n % 1000 WHEN 0 THEN 'dead' ELSE 'succeeded' END, 1, 5, 0, ${at} - 5, ${at} - 4, ${at},
      ${at} - 5, ${at} + 60000, 1, 0, 3, '{}' ${rows};
    INSERT INTO inputs SELECT ${id('task')}, '{}', '{"deadlineMs":60000,"maxAttempts":5}' ${rows};
    INSERT INTO events SELECT ${id('task')}, seq, 'progress', ${at}, '{}' ${rows}, generate_series(1, 3) AS seq;
    INSERT INTO callbacks (batch_id, url, status, attempts, due_at, created_at) SELECT ${id('batch')}, 'http://n8n.test/x', 'delivered', 1, ${at}, ${at} ${rows};
    COMMIT`);
  await client.query('VACUUM ANALYZE');
  // Else the server goes on writing them to the disk for minutes, beside whatever is measured next.
  await client.query('CHECKPOINT');
  await client.end();
}
