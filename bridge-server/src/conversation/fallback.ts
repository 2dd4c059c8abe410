/** What a site does, in this order, when no person can be reached. */
export type FallbackStep =
  | { to: "destination"; destination: string }
  /** A new automated conversation; the old one is over. */
  | { to: "assistant" }
  | LeaveMessageStep
  | CallbackStep
  | PhoneStep
  | { to: "goodbye" };

export interface LeaveMessageStep {
  to: "leave_message";
  connector: string;
  queue: string | null;
}

/** Somebody calls the visitor as soon as they can. */
export interface CallbackStep {
  to: "callback";
  connector: string;
  queue: string | null;
  /** ISO 3166-1, where numbers without a country's code belong. `null`: those are refused. */
  country: string | null;
}

export type PhoneStep = { to: "phone" } & PhoneLine;

/** What a visitor may call. */
export interface PhoneLine {
  label: string;
  /** E.164. */
  number: string;
}

type OfferStep = LeaveMessageStep | CallbackStep | PhoneStep;

/** `used`: how many steps are used up once this one is taken. */
export type Fallback =
  | { type: "destination"; destination: string; used: number }
  | { type: "assistant"; used: number }
  /** What the visitor may choose from. The handoff stays failed until they do. */
  | { type: "offers"; offers: OfferStep[]; used: number }
  | { type: "goodbye" };

/** How a number to call is named among the targets that a conversation was led to. */
export const phoneName = (number: string): string => `tel:${number}`;

interface Circumstances {
  fallbacksUsed: number;
  /** Targets that the conversation was led to already, by name. A number among them is not offered again (J4). */
  tried: string[];
}

/**
 * The next step of a site's list. Steps that need nobody's decision are taken one at a time; those the visitor must decide on are
 * offered together as far as they stand together. A list that is used up means goodbye, so a fallback always comes to an end.
 */
export function chooseFallback(fallback: FallbackStep[], { fallbacksUsed, tried }: Circumstances): Fallback {
  const step = fallback[fallbacksUsed];
  const used = fallbacksUsed + 1;
  if (step && isAsked(step, tried)) return chooseFallback(fallback, { fallbacksUsed: used, tried });
  switch (step?.to) {
    case undefined:
    case "goodbye":
      return { type: "goodbye" };
    case "destination":
      return { type: "destination", destination: step.destination, used };
    case "assistant":
      return { type: "assistant", used };
    case "leave_message":
    case "callback":
    case "phone":
      return offersFrom(fallback, { fallbacksUsed, tried });
  }
}

/** A number that a route led to, and what the site would offer next to whoever cannot call now. */
export function offerPhone(phone: PhoneLine, fallback: FallbackStep[], circumstances: Circumstances) {
  const { offers, used } = offersFrom(fallback, circumstances);
  return { offers: [{ to: "phone" as const, ...phone }, ...offers], used };
}

/** All that stands together at this place of the list, which may be nothing. */
function offersFrom(fallback: FallbackStep[], { fallbacksUsed, tried }: Circumstances): Extract<Fallback, { type: "offers" }> {
  const rest = fallback.slice(fallbacksUsed);
  const end = rest.findIndex((step) => !isOffer(step));
  const together = (end === -1 ? rest : rest.slice(0, end)).filter(isOffer);
  return { type: "offers", offers: together.filter((step) => !isAsked(step, tried)), used: fallbacksUsed + together.length };
}

function isAsked(step: FallbackStep, tried: string[]): boolean {
  return step.to === "phone" && tried.includes(phoneName(step.number));
}

function isOffer(step: FallbackStep): step is OfferStep {
  return step.to === "leave_message" || step.to === "callback" || step.to === "phone";
}
