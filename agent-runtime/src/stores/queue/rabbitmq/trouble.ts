import { AiosError } from '../../../errors.ts';

/** Why the broker can't be used. Its texts name the setting and never hold the URL, which has the password. */
export interface Trouble {
  readonly error: AiosError;
  /** It may be over in a moment; what is not must be changed by somebody. */
  readonly passing: boolean;
}

const URL_SETTING = 'AIOS_RABBITMQ_URL';

/** A URL that can be connected to. Throws `store_unavailable` without showing it. */
export function parseUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !/^amqps?:$/.test(url.protocol) || url.hostname === '') {
    throw new AiosError('store_unavailable', `${URL_SETTING} is not a URL of RabbitMQ. Write amqp://name:password@host:5672/vhost, or amqps:// with TLS.`);
  }
  return url;
}

/** What went wrong while a connection was made or was up. */
export function connectionTrouble(thrown: unknown, url: URL): Trouble {
  const { message, code } = detailsOf(thrown);
  const at = `RabbitMQ at ${url.host}`;
  if (/ACCESS[_-]REFUSED/.test(message)) {
    return lasting(`${at} refuses the name or the password. Check both in ${URL_SETTING} (percent-encoded), and note that "guest" may connect from the broker's own machine only.`, thrown);
  }
  // The broker's reason is not passed on by the client; it is either of the two.
  if (/ConnectionOpenOk; got <ConnectionClose/.test(message)) {
    return lasting(`${at} has no virtual host "${vhostOf(url)}", or the user may not use it. Check the path of ${URL_SETTING} (rabbitmqctl list_vhosts, list_permissions).`, thrown);
  }
  if (/Expected amqp|SASL mechanism/.test(message)) return lasting(`${at} can't be used: ${message}. Check ${URL_SETTING}.`, thrown);
  if (/CERT|SSL|TLS|certificate/i.test(`${code} ${message}`)) {
    return lasting(`${at} can't be trusted: ${message}. Check the scheme of ${URL_SETTING} and, for a certificate authority of your own, NODE_EXTRA_CA_CERTS.`, thrown);
  }
  return { error: unavailable(`${at} can't be used: ${message}. Check that the broker runs and that ${URL_SETTING} is right.`, thrown), passing: true };
}

/** What the broker said to a declaration. Null: it did not answer, because the connection ended. */
export function declarationTrouble(thrown: unknown, url: URL): Trouble | null {
  const { message } = detailsOf(thrown);
  const code = (thrown as { readonly code?: unknown } | null)?.code;
  const said = /"(.*)"/s.exec(message)?.[1] ?? message;
  if (code === 406) {
    return lasting(`RabbitMQ at ${url.host} has a queue or exchange of our name that was declared with other arguments, by other settings or by somebody else: `
      + `${said}. Declare it as it was, set another AIOS_RABBITMQ_PREFIX, or delete it with rabbitmqctl delete_queue: tasks that wait are published again from the records.`, thrown);
  }
  if (code === 403) {
    return lasting(`RabbitMQ at ${url.host}: ${said}. Give the user of ${URL_SETTING} the permissions to configure, write and read what begins with AIOS_RABBITMQ_PREFIX (rabbitmqctl set_permissions).`, thrown);
  }
  if (typeof code === 'number') return { error: unavailable(`RabbitMQ at ${url.host} refused a declaration: ${said}.`, thrown), passing: true };
  return null;
}

export function unavailable(message: string, cause?: unknown): AiosError {
  return new AiosError('store_unavailable', message, { cause });
}

function lasting(message: string, cause: unknown): Trouble {
  return { error: unavailable(message, cause), passing: false };
}

function detailsOf(thrown: unknown): { readonly message: string; readonly code: string } {
  // A host with two addresses that both refuse comes as an AggregateError without a text of its own.
  const error = thrown instanceof AggregateError && thrown.message === '' ? thrown.errors[0] : thrown;
  const { message = '', code = '' } = (error ?? {}) as { readonly message?: string; readonly code?: unknown };
  return { message: message === '' ? String(code === '' ? error : code) : message, code: String(code) };
}

function vhostOf(url: URL): string {
  return url.pathname.length > 1 ? unescape(url.pathname.slice(1)) : '/';
}
