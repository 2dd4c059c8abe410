import type { Api } from "../api/api.ts";
import type { Changes } from "../api/changes.ts";
import type { FoundHandoffs, Handoff } from "../api/answers.ts";
import type { Clock } from "../clock.ts";
import { createLoad, type Load } from "./load.ts";

/** One handoff as it stands, read again whenever it changes. */
export function createHandoffReading(
  { api, changes, clock }: { api: Api; changes: Changes; clock: Clock },
  id: string,
): Load<FoundHandoff> {
  const load = createLoad(clock, async (stop) => {
    const { site, conversation, handoffs } = await api.get<FoundHandoffs>("/v1/handoffs", { id }, stop);
    return { site, conversation, handoff: handoffs.find((one) => one.id === id) ?? handoffs.at(-1)! }; // found, so there is one
  });
  const stopListening = changes.listen((changed) => {
    const { value: loaded } = load.state;
    if (changed.id === id || (loaded.is === "there" && changed.id === loaded.value.handoff.id)) void load.read();
  });
  const stopStartingAgain = changes.epoch.subscribe(() => void load.read());
  return {
    ...load,
    stop() {
      stopListening();
      stopStartingAgain();
      load.stop();
    },
  };
}

export interface FoundHandoff {
  site: string;
  conversation: string;
  handoff: Handoff;
}
