// What the bridge answers operators: types alone, of the very schemas that its API is described by and held to.
import type * as answers from "../../../src/http/answers.ts";
import type * as destinations from "../../../src/http/destination-answers.ts";
import type * as numbers from "../../../src/http/number-answers.ts";
import type * as z from "zod";

/** A handoff in a list or a change: as it stands, without what was said and known in it. */
export type ListedHandoff = z.output<typeof answers.ListedHandoff>;
export type Stage = ListedHandoff["stage"];
export type HandoffPage = z.output<typeof answers.HandoffList>;
/** One handoff with everything that is known about it, and what can be done about it. */
export type Handoff = z.output<typeof answers.SteerableHandoff>;
export type Step = Handoff["history"][number];
/** A conversation's handoffs, oldest first. */
export type FoundHandoffs = z.output<typeof answers.HandoffsOfConversation>;
/** What an operator has done about a handoff: `handoff` is the one to look at from now on. */
export type Steered = z.output<typeof answers.Steered>;
export type Operator = z.output<typeof answers.Me>;
export type Role = Operator["role"];

export type ConversationPage = z.output<typeof answers.ConversationList>;
export type ListedConversation = ConversationPage["conversations"][number];
export type Phase = ListedConversation["phase"];
export type Conversation = z.output<typeof answers.Conversation>;
export type ConversationName = Conversation["names"][number];
export type TranscriptPage = z.output<typeof answers.Transcript>;
/** One line of what happened, the assistant's part and the person's alike. */
export type TranscriptLine = TranscriptPage["lines"][number];

export type Destinations = z.output<typeof destinations.Destinations>;
export type Destination = Destinations["destinations"][number];
export type DryRunAnswer = z.output<typeof destinations.DryRunAnswer>;
/** Where a site's handoffs go, and whose word counts. */
export type SiteDestinations = z.output<typeof destinations.SiteDestinations>;
export type DestinationsDocument = SiteDestinations["document"];
export type DestinationsCheck = z.output<typeof destinations.DestinationsCheck>;
export type DestinationsDraft = z.output<typeof destinations.DestinationsDraft>;
export type DestinationsVersions = z.output<typeof destinations.DestinationsVersions>;
export type DestinationsVersion = DestinationsVersions["versions"][number];
export type DestinationsVersionDetail = z.output<typeof destinations.DestinationsVersionDetail>;
export type Numbers = z.output<typeof numbers.Numbers>;
export type Counts = z.output<typeof numbers.Counts>;
export type Alerts = z.output<typeof numbers.Alerts>;
export type Missed = z.output<typeof numbers.Missed>;
export type Alert = Alerts["alerts"][number];
export type Work = z.output<typeof answers.Work>;
export type KeptCount = z.output<typeof answers.KeptCount>;
export type Replayed = z.output<typeof answers.Replayed>;
export type Reported = z.output<typeof answers.Reported>;
export type DeliveryPage = z.output<typeof answers.Deliveries>;
export type Delivery = z.output<typeof answers.Delivery>;

export type DeedPage = z.output<typeof answers.Deeds>;
/** What an operator did. */
export type Deed = DeedPage["deeds"][number];
export type DeedsCheck = z.output<typeof answers.DeedsCheck>;
export type KeyList = z.output<typeof answers.Keys>;
export type Key = KeyList["keys"][number];
export type MadeKey = z.output<typeof answers.MadeKey>;
export type Erasures = z.output<typeof answers.Erasures>;
export type Erasure = Erasures["erasures"][number];
