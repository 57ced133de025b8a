import { AiosError } from '../../errors.ts';
import { noSuchArtifact } from './artifact-names.ts';

/** An answer of the server that is no success. Of what it says only the code is kept: the rest may repeat what was sent. */
export class S3Failure extends Error {
  override readonly name = 'S3Failure';
  readonly status: number;
  /** Empty where the server named none, as in answers to HEAD. */
  readonly code: string;
  /** Where the server says the bucket is. */
  readonly region: string | null;

  constructor(status: number, code: string, region: string | null = null) {
    super(`S3 answered ${status} ${code}`.trim());
    this.status = status;
    this.code = code;
    this.region = region;
  }
}

const ABSENT = new Set(['NoSuchKey', 'NoSuchVersion', 'MethodNotAllowed']);
const FULL = 'the server has no room left or the quota is used up; free some space or raise the quota';
const DENIED = 'the key in AIOS_S3_ACCESS_KEY lacks a permission on the bucket; it needs to list, read, write and delete objects and versions, and to read and set versioning and lifecycle';
const BUSY = 'the server is busy or failing; it is tried again';
const REGION = 'the bucket is in another region; set ?region=… in AIOS_S3_URL';

/** What to do about each code of the server. */
const ADVICE: Readonly<Record<string, string>> = {
  SignatureDoesNotMatch: 'the secret is wrong; AIOS_S3_SECRET_KEY does not belong to AIOS_S3_ACCESS_KEY',
  InvalidAccessKeyId: 'the server does not know the key in AIOS_S3_ACCESS_KEY',
  InvalidToken: 'the server does not know the key in AIOS_S3_ACCESS_KEY',
  RequestTimeTooSkewed: 'the clock of this machine and the clock of the server differ by more than 15 minutes; set them right (NTP)',
  RequestExpired: 'the clock of this machine and the clock of the server differ by more than 15 minutes; set them right (NTP)',
  AccessDenied: DENIED,
  AllAccessDisabled: DENIED,
  AccountProblem: DENIED,
  NoSuchBucket: 'the bucket in AIOS_S3_URL is not there; it was there before or could not be made',
  AuthorizationHeaderMalformed: REGION,
  PermanentRedirect: REGION,
  IllegalLocationConstraintException: REGION,
  InvalidLocationConstraint: REGION,
  QuotaExceeded: FULL,
  XMinioStorageFull: FULL,
  XMinioAdminBucketQuotaExceeded: FULL,
  InsufficientStorage: FULL,
  InsufficientCapacity: FULL,
  SlowDown: BUSY,
  ServiceUnavailable: BUSY,
  InternalError: BUSY,
  BadDigest: 'the content was changed on the way; it is tried again',
  XAmzContentSHA256Mismatch: 'the content was changed on the way; it is tried again',
};
const BY_STATUS: Readonly<Record<number, string>> = { 301: REGION, 403: DENIED, 429: BUSY, 500: BUSY, 502: BUSY, 503: BUSY, 504: BUSY, 507: FULL };

/** Errors of the connection, before there was an answer or in its midst. */
const CONNECTION: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there',
  ENOTFOUND: 'there is no such host',
  EAI_AGAIN: 'the host name could not be looked up',
  ECONNRESET: 'the connection was cut',
  ERR_STREAM_PREMATURE_CLOSE: 'the connection was cut',
  EPIPE: 'the connection was cut',
  ETIMEDOUT: 'it does not answer',
  EHOSTUNREACH: 'it cannot be reached',
  ENETUNREACH: 'it cannot be reached',
  EPROTO: 'it does not speak TLS; is it http instead of https',
  ERR_SSL_WRONG_VERSION_NUMBER: 'it does not speak TLS; is it http instead of https',
  HPE_INVALID_CONSTANT: 'what answers does not speak HTTP',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is not trusted; name the authority in NODE_EXTRA_CA_CERTS',
  SELF_SIGNED_CERT_IN_CHAIN: 'its certificate is not trusted; name the authority in NODE_EXTRA_CA_CERTS',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its certificate is not trusted; name the authority in NODE_EXTRA_CA_CERTS',
  CERT_HAS_EXPIRED: 'its certificate has expired',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another host',
};

/** What an error of the client means to the caller. `server`: its address for the message, without keys. */
export function s3Error(error: unknown, server: string, artifact?: { readonly key: string; readonly version?: string | undefined }): unknown {
  if (error instanceof S3Failure) {
    const absent = ABSENT.has(error.code) || (error.code === '' && [404, 405].includes(error.status)) || (error.code === 'InvalidArgument' && artifact?.version !== undefined);
    if (artifact && absent) return noSuchArtifact(artifact.key, artifact.version, error);
    const advice = ADVICE[error.code] ?? BY_STATUS[error.status] ?? 'is it an S3 server, and the address right (AIOS_S3_URL)';
    return unavailable(server, `${error.message}: ${advice}.${error.region ? ` It is in ${error.region}.` : ''}`, error);
  }
  const connection = CONNECTION[codeOf(error)];
  if (connection !== undefined) return unavailable(server, `${connection} (${codeOf(error)}). Check that the server runs and that AIOS_S3_URL is right.`, error);
  return error;
}

/** Whether the server surely did not do what it was asked for. */
export function surelyNotDone(error: unknown): boolean {
  if (error instanceof S3Failure) return error.status === 429 || error.status === 503;
  return ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN'].includes(codeOf(error));
}

/** Whether it may go well the next time. What took its whole time to fail is not tried again here. */
export function mayPass(error: unknown): boolean {
  if (error instanceof S3Failure) return error.status === 429 || (error.status >= 500 && ![501, 507].includes(error.status));
  return surelyNotDone(error) || ['ECONNRESET', 'EPIPE'].includes(codeOf(error));
}

export function unavailable(server: string, message: string, cause?: unknown): AiosError {
  return new AiosError('store_unavailable', `The artifacts' store at ${server}: ${message}`, { cause });
}

function codeOf(error: unknown): string {
  return String((error as { readonly code?: unknown } | null)?.code ?? '');
}
