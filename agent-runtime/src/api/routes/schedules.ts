import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { scheduleChangeSchema, scheduleRequestSchema, scheduleRunSchema, scheduleSchema, scheduleSummarySchema } from '../../contract/schedule.ts';
import type { Schedules } from '../../tasks/schedules.ts';
import { visibleTenant, type Access } from './access.ts';
import { PROBLEMS, PROBLEM_CONFLICT, PROBLEM_NOT_FOUND, SECURITY, answer, idParamsSchema, idempotencyHeadersSchema } from './schemas.ts';

export interface ScheduleServices {
  readonly schedules: Schedules;
  readonly access: Access;
}

const listQuerySchema = z.object({
  tenant: z.string().max(200).optional().describe('Only of this API key; others than one\'s own for admin keys'),
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.string().max(500).optional().describe('nextCursor of the page before'),
});
const pageSchema = z.object({ schedules: z.array(scheduleSummarySchema), nextCursor: z.string().nullable() });

/** The routes under /schedules. A key has its own schedules, an admin's all. */
export function scheduleRoutes(scope: FastifyInstance, { schedules, access }: ScheduleServices): void {
  const app = scope.withTypeProvider<ZodTypeProvider>();
  const visible = (tenant: string) => ({ tenant: visibleTenant(access, tenant) });

  app.post('/schedules', {
    schema: {
      operationId: 'createSchedule', tags: ['schedules'], security: SECURITY, summary: 'Submit tasks again and again, by a cron expression',
      headers: idempotencyHeadersSchema, body: scheduleRequestSchema,
      response: {
        200: answer('The schedule, created by an earlier request with the same idempotency key', scheduleSchema),
        201: answer('The schedule', scheduleSchema), ...PROBLEMS, ...PROBLEM_CONFLICT,
      },
    },
  }, async (request, reply) => {
    const { schedule, created } = await schedules.create(request.body, {
      tenant: request.tenant, idempotencyKey: request.headers['idempotency-key'],
    });
    return reply.code(created ? 201 : 200).header('location', `/v1/schedules/${schedule.id}`).send(schedule);
  });

  app.get('/schedules', {
    schema: {
      operationId: 'listSchedules', tags: ['schedules'], security: SECURITY, summary: 'List schedules, newest first',
      querystring: listQuerySchema, response: { 200: answer('A page of schedules', pageSchema), ...PROBLEMS },
    },
  }, async (request) => {
    const { tenant, limit, cursor } = request.query;
    const page = await schedules.list({ tenant: visibleTenant(access, request.tenant, tenant), limit, cursor });
    return { schedules: [...page.schedules], nextCursor: page.nextCursor };
  });

  app.get('/schedules/:id', {
    schema: {
      operationId: 'readSchedule', tags: ['schedules'], security: SECURITY, summary: 'Read a schedule, with its next and its last runs',
      params: idParamsSchema, response: { 200: answer('The schedule', scheduleSchema), ...PROBLEMS, ...PROBLEM_NOT_FOUND },
    },
  }, (request) => schedules.find(request.params.id, visible(request.tenant)));

  app.patch('/schedules/:id', {
    schema: {
      operationId: 'changeSchedule', tags: ['schedules'], security: SECURITY, summary: 'Pause, resume or change a schedule',
      description: 'What is absent stays as it is. Runs that are being submitted are not changed.',
      params: idParamsSchema, body: scheduleChangeSchema,
      response: { 200: answer('The schedule', scheduleSchema), ...PROBLEMS, ...PROBLEM_NOT_FOUND },
    },
  }, (request) => schedules.change(request.params.id, request.body, visible(request.tenant)));

  app.delete('/schedules/:id', {
    schema: {
      operationId: 'deleteSchedule', tags: ['schedules'], security: SECURITY, summary: 'Delete a schedule; its batches go on',
      params: idParamsSchema, response: { 204: z.null().describe('It is gone'), ...PROBLEMS, ...PROBLEM_NOT_FOUND },
    },
  }, async (request, reply) => {
    await schedules.remove(request.params.id, visible(request.tenant));
    return reply.code(204).send(null);
  });

  app.post('/schedules/:id/run', {
    schema: {
      operationId: 'runSchedule', tags: ['schedules'], security: SECURITY, summary: 'Run a schedule once now',
      description: 'Also one that is not enabled, and while an earlier run has not ended.',
      headers: idempotencyHeadersSchema, params: idParamsSchema,
      response: { 202: answer('The run', scheduleRunSchema), ...PROBLEMS, ...PROBLEM_NOT_FOUND },
    },
  }, async (request, reply) => {
    const run = await schedules.run(request.params.id, {
      ...visible(request.tenant), idempotencyKey: request.headers['idempotency-key'],
    });
    return reply.code(202).send(run);
  });
}
