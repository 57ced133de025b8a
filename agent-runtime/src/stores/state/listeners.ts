import type { EventListener } from './state.ts';

/** Who listens to what in this process. */
export interface Listeners {
  add(topic: string, listener: EventListener): () => void;
  /** Once this turn is over, so that whoever publishes is not in the listeners' way. */
  tell(topic: string, text: string | null): void;
  topics(): readonly string[];
  clear(): void;
}

export function createListeners(): Listeners {
  const byTopic = new Map<string, Set<EventListener>>();
  return {
    add(topic, listener) {
      const heard: EventListener = (text) => listener(text); // the same function may listen twice
      const listeners = byTopic.get(topic) ?? new Set();
      byTopic.set(topic, listeners.add(heard));
      return () => {
        listeners.delete(heard);
        if (listeners.size === 0 && byTopic.get(topic) === listeners) byTopic.delete(topic);
      };
    },
    tell(topic, text) {
      for (const listener of byTopic.get(topic) ?? []) {
        queueMicrotask(() => {
          if (byTopic.get(topic)?.has(listener)) listener(text);
        });
      }
    },
    topics: () => [...byTopic.keys()],
    clear: () => byTopic.clear(),
  };
}
