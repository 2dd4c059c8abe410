import type { ServerMessage } from "@baton/bridge-server/protocol";

/** One per message the bridge can send; adding one to the contract fails the build until it is handled. */
export type Handlers = { [T in ServerMessage["type"]]: (message: Extract<ServerMessage, { type: T }>) => void };

/** Calls the one handler for a message. What a newer bridge says and this widget does not know is left out. */
export function dispatch(message: ServerMessage, handlers: Handlers): void {
  if (!Object.hasOwn(handlers, message.type)) return;
  // One line correlates the table with its key: the handler under this type takes this message.
  (handlers[message.type] as (message: ServerMessage) => void)(message);
}
