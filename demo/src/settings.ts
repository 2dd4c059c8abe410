import { randomBytes } from "node:crypto";
import { accessSync, constants, mkdirSync } from "node:fs";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { CannotStart } from "./cannot-start.ts";
import { hoursChoices } from "./team-hours.ts";

type Environment = Record<string, string | undefined>;

export interface Settings {
  /** Of the shop; 0: any. */
  port: number;
  bridgePort: number;
  /** Absolute, and can be written to. */
  data: string;
  config: string;
  /** By the names under which the processes expect them. */
  secrets: Record<
    "BATON_OPERATOR_KEY" | "DESK_SECRET" | "DESK_KEY" | "ASSISTANT_CHAT_KEY" | "ASSISTANT_CHAT_TOKEN" | "ASSISTANT_HANDOFF_KEY",
    string
  >;
}

const repository = fileURLToPath(new URL("../../", import.meta.url));

/** What the environment asks for. A secret that it does not bring is made for this start only. */
export function readSettings(env: Environment): Settings {
  const port = portFrom(env, "PORT") ?? 3000;
  const bridgePort = portFrom(env, "BRIDGE_PORT") ?? (port === 0 ? 0 : port + 1);
  if (bridgePort > 65_535) throw new CannotStart("PORT leaves no room for the bridge's, which is the next one: choose 65534 or less.");
  if (port !== 0 && bridgePort === port)
    throw new CannotStart(`PORT and BRIDGE_PORT are both ${port}: choose two, such as PORT=3000 BRIDGE_PORT=3001.`);
  const hours = env["SHOP_HOURS"];
  if (hours && !hoursChoices.some((choice) => choice === hours))
    throw new CannotStart(`SHOP_HOURS is "${hours}": write ${hoursChoices.join(" or ")}, or leave it out.`);
  return {
    port,
    bridgePort,
    data: writableFolder(resolve(repository, env["BATON_DATA"] || ".data")),
    config: env["BATON_CONFIG"] ? resolve(repository, env["BATON_CONFIG"]) : fileURLToPath(new URL("baton.config.ts", import.meta.url)),
    secrets: {
      BATON_OPERATOR_KEY: env["BATON_OPERATOR_KEY"] || fresh(),
      DESK_SECRET: env["DESK_SECRET"] || `whsec_${randomBytes(32).toString("base64")}`,
      DESK_KEY: env["DESK_KEY"] || fresh(),
      ASSISTANT_CHAT_KEY: env["ASSISTANT_CHAT_KEY"] || fresh(),
      ASSISTANT_CHAT_TOKEN: env["ASSISTANT_CHAT_TOKEN"] || fresh(),
      ASSISTANT_HANDOFF_KEY: env["ASSISTANT_HANDOFF_KEY"] || fresh(),
    },
  };
}

function portFrom(env: Environment, name: string): number | null {
  const text = env[name];
  if (!text) return null;
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  throw new CannotStart(`${name} is "${text}": write a number from 0 to 65535, such as ${name}=3100 npm start.`);
}

function writableFolder(folder: string): string {
  try {
    mkdirSync(folder, { recursive: true });
    accessSync(folder, constants.W_OK);
    return folder;
  } catch (error) {
    throw new CannotStart(
      `The data folder ${folder} cannot be written to (${codeOf(error)}): choose another, such as BATON_DATA=/tmp/baton npm start.`,
    );
  }
}

const fresh = () => randomBytes(24).toString("base64url");

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : String(error);
}
