import type { RoutingRecords } from '../routing-records.ts';
import { findDecision, forgetDecisions, listDecisions, readFeedback, writeFeedback } from './routing-decisions.ts';
import { keepDecisions } from './routing-keep.ts';
import { committedNanoUsd, spend } from './routing-spend.ts';
import { changeState, loadState, saveState } from './routing-states.ts';
import type { Database } from './tables.ts';

export function routingRecords(database: Database): RoutingRecords {
  return {
    keep: (decisions) => keepDecisions(database, decisions),
    find: (id) => findDecision(database, id),
    list: (filter) => listDecisions(database, filter),
    forgetDecisions: (before, limit) => forgetDecisions(database, before, limit),
    feedback: (id) => readFeedback(database, id),
    saveFeedback: (id, feedback) => writeFeedback(database, id, feedback),
    spend: (query) => spend(database, query),
    committedNanoUsd: (scope, from, to) => committedNanoUsd(database, scope, from, to),
    loadState: (name) => loadState(database, name),
    saveState: (name, value, now) => saveState(database, name, value, now),
    changeState: (name, change, now) => changeState(database, name, change, now),
  };
}
