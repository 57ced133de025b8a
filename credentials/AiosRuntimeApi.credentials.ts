import type { Icon, ICredentialDataDecryptedObject, ICredentialType, IHttpRequestOptions, INodeProperties } from 'n8n-workflow';

/** How to reach an agent runtime. It is tested by the CTO Agent node, which can say what is wrong in words. */
export class AiosRuntimeApi implements ICredentialType {
  name = 'aiosRuntimeApi';

  displayName = 'AIOS Runtime API';

  icon: Icon = { light: 'file:aios-runtime.svg', dark: 'file:aios-runtime.dark.svg' };

  documentationUrl = 'https://github.com/aios-n8n/n8n-nodes-aios#readme';

  properties: INodeProperties[] = [
    {
      displayName: 'Base URL',
      name: 'baseUrl',
      type: 'string',
      default: 'http://127.0.0.1:8700',
      required: true,
      placeholder: 'http://127.0.0.1:8700',
      description:
        'Address of the agent runtime, as this n8n reaches it. If n8n runs in a container, 127.0.0.1 is the container itself: use the name of the runtime\'s container or host.',
    },
    {
      displayName: 'API Key',
      name: 'apiKey',
      type: 'string',
      typeOptions: { password: true },
      default: '',
      required: true,
      description: 'One of the keys in the runtime\'s AIOS_API_KEYS',
    },
  ];

  // A function, because n8n evaluates an expression in an isolate, which costs more than the whole request.
  async authenticate(credentials: ICredentialDataDecryptedObject, request: IHttpRequestOptions): Promise<IHttpRequestOptions> {
    return { ...request, headers: { ...request.headers, Authorization: `Bearer ${String(credentials.apiKey)}` } };
  }
}
