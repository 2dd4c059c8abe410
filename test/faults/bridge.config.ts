// A bridge whose assistant and desk are the test's. `watched-bridge.ts` sets what it reads from the environment.
import { defineConfig } from "@baton/bridge-server/config";
import { bridgeSettings } from "./bridge-settings.ts";

export default defineConfig(bridgeSettings(process.env));
