import type { ICredentialsDecrypted, ICredentialTestFunctions, INodeCredentialTestResult } from 'n8n-workflow';

/** Test of the credential: says in words whether the runtime is not there, is something else, or refuses the key. */
export async function testConnection(
  this: ICredentialTestFunctions,
  credential: ICredentialsDecrypted,
): Promise<INodeCredentialTestResult> {
  const baseUrl = String(credential.data?.baseUrl ?? '').trim().replace(/\/+$/, '');
  if (!/^https?:\/\/[^/]+/.test(baseUrl)) {
    return failed(`"${baseUrl}" is not a base URL: give scheme, host and port, as in http://127.0.0.1:8700`);
  }
  // n8n gives a credential test no other way to send a request than this one.
  const { request } = this.helpers;
  let answer: { statusCode: number; body: unknown };
  try {
    answer = await request({
      method: 'GET',
      uri: `${baseUrl}/v1/agents`,
      headers: { Authorization: `Bearer ${String(credential.data?.apiKey ?? '')}` },
      json: true,
      simple: false,
      resolveWithFullResponse: true,
      timeout: 10_000,
    });
  } catch (error) {
    const { code, cause, message } = error as { code?: string; cause?: { code?: string }; message: string };
    return failed(`No agent runtime can be reached at ${baseUrl} (${code ?? cause?.code ?? message}). Is it running, and is this its address as seen from n8n? In a container, 127.0.0.1 is the container itself.`);
  }
  return verdict(baseUrl, answer.statusCode, answer.body);
}

function verdict(baseUrl: string, status: number, body: unknown): INodeCredentialTestResult {
  const fields = typeof body === 'object' && body !== null ? body as { agents?: unknown; code?: unknown; detail?: unknown } : {};
  if (status === 200 && Array.isArray(fields.agents)) return { status: 'OK', message: 'Connection successful!' };
  if (status === 401) return failed('The agent runtime is there but refuses the API key: it is not one of its AIOS_API_KEYS');
  if (typeof fields.code === 'string') return failed(`The agent runtime answered HTTP ${status}: ${String(fields.detail)}`);
  return failed(`What answers at ${baseUrl} is not an agent runtime (HTTP ${status}). Check host and port.`);
}

function failed(message: string): INodeCredentialTestResult {
  return { status: 'Error', message };
}
