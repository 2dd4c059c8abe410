/** How a handoff is called in numbers. The values are those that PolyAI's own `HANDOFF_TO` and `HANDOFF_REASON` hold, so that the two can be joined. */
export interface Labels {
  handoffTo(site: string, destination: string | null): string;
  handoffReason(reason: string | null): string;
  topicState(state: string): string;
}

const MOST_CODES = 50;
/** A machine's code. Anything else may be a sentence with somebody's name in it. */
const CODE = /^[a-z][\w.:-]{0,47}$/i;

/**
 * Destinations that a site does not have now are "other", and so are reasons and topic states that are no codes or beyond the first
 * fifty.
 */
export function createLabels(destinationsOf: (site: string) => string[]): Labels {
  const [reason, topic] = [firstCodes(), firstCodes()];
  return {
    handoffTo: (site, destination) => (destination === null ? "none" : known(site, plain(destination))),
    handoffReason: (given) => (given === null ? "none" : reason(given)),
    topicState: topic,
  };

  function known(site: string, destination: string): string {
    return (
      destinationsOf(site)
        .find((one) => plain(one) === destination)
        ?.trim() ?? "other"
    );
  }
}

function firstCodes(): (given: string) => string {
  const codes = new Set<string>();
  return (given) => {
    const code = given.trim().toLowerCase();
    if (!codes.has(code) && (codes.size >= MOST_CODES || !CODE.test(code))) return "other";
    codes.add(code);
    return code;
  };
}

/** Makes one of something for each set of labels, and finds it again. Labels are few, so it is never forgotten. */
export function kept<Labels extends string[], T>(make: (...labels: Labels) => T): (...labels: Labels) => T {
  const made = new Map<string, T>();
  return (...labels) => {
    const name = labels.length === 1 ? labels[0]! : labels.join(" ");
    let one = made.get(name);
    if (one === undefined) made.set(name, (one = make(...labels)));
    return one;
  };
}

/** As routing compares destinations. */
const plain = (destination: string) => destination.normalize("NFC").trim().toLowerCase();
