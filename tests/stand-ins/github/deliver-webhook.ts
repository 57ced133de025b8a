import { createHmac, randomUUID } from 'node:crypto';
import type { HookState } from './state.ts';

export interface WebhookDelivery {
  /** `pull_request`. */
  readonly event: string;
  readonly payload: unknown;
  /** X-GitHub-Delivery; give the same one again for a redelivery. Default a new one. */
  readonly deliveryId?: string;
  /** Signs with this instead of the hook's secret. */
  readonly secret?: string;
}

export interface WebhookAnswer {
  readonly status: number;
  readonly text: string;
}

/** Posts a payload to a hook's address as GitHub does: signed with the hook's secret, as JSON or as a form. */
export async function deliverWebhook(hook: HookState, delivery: WebhookDelivery): Promise<WebhookAnswer> {
  const json = JSON.stringify(delivery.payload);
  const isForm = hook.config.content_type !== 'json';
  const body = isForm ? new URLSearchParams({ payload: json }).toString() : json;
  const secret = delivery.secret ?? hook.config.secret;
  const sign = (algorithm: string): string => `${algorithm}=${createHmac(algorithm, secret ?? '').update(body).digest('hex')}`;
  const answer = await fetch(hook.config.url, {
    method: 'POST',
    body,
    headers: {
      accept: '*/*',
      'content-type': isForm ? 'application/x-www-form-urlencoded' : 'application/json',
      'user-agent': 'GitHub-Hookshot/stand-in',
      'x-github-delivery': delivery.deliveryId ?? randomUUID(),
      'x-github-event': delivery.event,
      'x-github-hook-id': String(hook.id),
      'x-github-hook-installation-target-type': 'repository',
      ...(secret === undefined ? {} : { 'x-hub-signature': sign('sha1'), 'x-hub-signature-256': sign('sha256') }),
    },
  });
  return { status: answer.status, text: await answer.text() };
}
