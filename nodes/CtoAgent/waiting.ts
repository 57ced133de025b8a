import type { INodeProperties } from 'n8n-workflow';

export const waitParameters: INodeProperties[] = [
  {
    displayName: 'Wait',
    name: 'wait',
    type: 'options',
    noDataExpression: true,
    options: [
      {
        name: 'Suspend the Workflow',
        value: 'suspend',
        description: 'The workflow sleeps until the runtime wakes it. Survives restarts; takes as long as it takes.',
      },
      {
        name: 'Hold the Connection',
        value: 'hold',
        description: 'The workflow stays running and waits up to the number of seconds below. Quickest for short work.',
      },
      {
        name: "Don't Wait",
        value: 'none',
        description: 'Go on at once with the ID of the task and the links that show how it goes',
      },
    ],
    default: 'suspend',
    description: 'How to wait for the result. All input items are one batch, and the workflow goes on when all of them have ended. Stopping the execution does not stop the work in the runtime. In a sub-workflow that is called once for each item, hold the connection.',
  },
  {
    displayName: 'Hold for Up To (Seconds)',
    name: 'holdSeconds',
    type: 'number',
    typeOptions: { minValue: 1, maxValue: 3600 },
    default: 300,
    description: 'When the time is over the node fails with the ID of the task, which goes on in the runtime',
    displayOptions: { show: { wait: ['hold'] } },
  },
];
