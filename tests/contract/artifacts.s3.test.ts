import { afterAll, beforeAll, test } from '@jest/globals';
import { Client } from 'minio';
import { createS3Artifacts } from '../../agent-runtime/src/stores/artifacts/s3.ts';
import type { Artifacts } from '../../agent-runtime/src/stores/artifacts/artifacts.ts';
import { s3Missing, startS3, type S3Server } from '../servers/start-s3.ts';
import { describeArtifacts, MAX_BYTES } from './artifacts-cases.ts';

const missing = s3Missing();
if (missing !== null) test.skip(`artifacts on S3: ${missing}`, () => undefined);
else {
  let server: S3Server;
  let buckets = 0;
  beforeAll(async () => { server = await startS3(); });
  afterAll(() => server.stop());

  describeArtifacts('the artifacts on S3', async () => {
    buckets += 1;
    const bucket = `bucket-${buckets}`;
    const { hostname, port } = new URL(server.url);
    const other = new Client({ endPoint: hostname, port: Number(port), useSSL: false, region: 'us-east-1', accessKey: server.accessKey, secretKey: server.secretKey });
    const stores: Artifacts[] = [];
    return {
      async open() {
        const store = createS3Artifacts({
          url: `${server.url}/${bucket}/a%20folder`, accessKey: server.accessKey, secretKey: server.secretKey, publicUrl: null,
          expiry: { rules: [], replacedAfterDays: 30 }, maxBytes: MAX_BYTES,
        });
        stores.push(store);
        return store;
      },
      async corrupt(key) {
        const { metaData } = await other.statObject(bucket, `a folder/${key}`);
        await other.putObject(bucket, `a folder/${key}`, Buffer.from('the wrong bytes'), undefined, { 'x-amz-meta-aios-sha256': metaData['aios-sha256'] as string });
      },
      removeContent: (key) => other.removeObject(bucket, `a folder/${key}`),
      async close() {
        await Promise.all(stores.map((store) => store.close()));
      },
    };
  });
}
