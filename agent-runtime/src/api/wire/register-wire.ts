import type { FastifyInstance } from 'fastify';
import type { WireErrors } from './wire.ts';
import { answerWithWireErrors } from './wire-errors.ts';

/** Images come within the body. */
const BODY_LIMIT = 32 * 1024 * 1024;

/** Registers routes of one wire: they fail in that wire's shape, and pay for no validation or serialization but their own. */
export function registerWire(parent: FastifyInstance, errors: WireErrors, routes: (scope: FastifyInstance) => void): void {
  parent.register(async (scope) => {
    answerWithWireErrors(scope, errors);
    // The schemas of these routes describe them in the docs and are never run.
    scope.setValidatorCompiler(() => () => true);
    scope.setSerializerCompiler(() => JSON.stringify);
    // A logger for each request costs more than reading its body; what is logged here names the request itself.
    scope.setChildLoggerFactory((logger) => logger);
    scope.addHook('onRoute', (route) => {
      route.bodyLimit = BODY_LIMIT;
      route.config = { ...route.config, quiet: true };
    });
    routes(scope);
  });
}
