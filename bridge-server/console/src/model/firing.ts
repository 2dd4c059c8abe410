import type { Alerts } from "../api/answers.ts";
import type { Api } from "../api/api.ts";
import type { Clock } from "../clock.ts";
import { createLoad, type Load } from "./load.ts";

/** The bridge looks as often. */
const READ_AGAIN_MS = 5_000;

/** Every alert and how it stands, read again and again while somebody looks. */
export function createAlertsReading({ api, clock }: { api: Api; clock: Clock }): Load<Alerts> {
  let cancel = () => {};
  const load = createLoad(clock, (stop) => api.get<Alerts>("/v1/alerts", {}, stop));
  return {
    state: load.state,
    read,
    stop() {
      cancel();
      load.stop();
    },
  };

  async function read(): Promise<void> {
    cancel();
    cancel = clock.after(READ_AGAIN_MS, () => void read());
    await load.read();
  }
}
