/** Those that are somewhere at the moment, in no order. */
export interface Crowd<Member> {
  /** Answers what takes it out again; a second call of that does nothing. */
  enter(member: Member): () => void;
  all(): readonly Member[];
}

/**
 * For many that come and go, thousands a second. A Set replaces its table every few dozen changes, and V8 links each table that is
 * left behind to the next, so that an old one can keep what later ones held from young collections. An array leaves nothing behind.
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
