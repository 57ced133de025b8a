/** Those that are somewhere at the moment, in no order. */
export interface Crowd<Member> {
  /** Answers what takes it out again; a second call of that does nothing. */
  enter(member: Member): () => void;
  all(): readonly Member[];
}

/**
 * For many that come and go, thousands a second. A Set replaces its table every few dozen changes, and each table that it
 * leaves behind points to the next: once one of them is old, V8's young collections keep all that any later one held, until a
 * full collection. An array leaves nothing behind.
 */
export function createCrowd<Member>(): Crowd<Member> {
  const places: { member: Member; at: number }[] = [];
  return {
    enter(member) {
      const place = { member, at: places.length };
      places.push(place);
      return () => {
        if (places[place.at] !== place) return;
        const last = places.pop()!;
        if (last === place) return;
        places[place.at] = last;
        last.at = place.at;
      };
    },
    all: () => places.map(({ member }) => member),
  };
}
