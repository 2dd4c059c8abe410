import { forwardRef, type RefAttributes, useImperativeHandle, useLayoutEffect, useRef } from "react";
import type { Baton, BatonEvents } from "./baton.ts";
import { createHold, type Hold } from "./component.ts";
import type { Options } from "./options.ts";

type Handlers = { [Event in keyof BatonEvents as `on${Capitalize<Event>}`]?: (detail: BatonEvents[Event]) => void };

/** The options as the page gives them, what it wants to hear, and `ref` for the calls. */
export type BatonChatProps = Options & Handlers & RefAttributes<Baton>;

/**
 * The chat for as long as this is drawn. Where it stands, its theme and what it shows change with their options; others put up another one,
 * which knows what was told of the visitor. Other handlers only take over.
 */
export const BatonChat = forwardRef<Baton, Options & Handlers>(function BatonChat(props, ref) {
  // By `forwardRef`: before React 19 no component is given a `ref` in any other way.
  const latest = useRef<Handlers>(props);
  latest.current = props;
  const hold = useRef<Hold | null>(null);
  hold.current ??= createHold((event, detail) => handlerOf(latest.current, event)?.(detail as never)); // the handler of this event
  const options = JSON.stringify(Object.fromEntries(Object.entries(props).filter(([, value]) => typeof value !== "function")));

  useLayoutEffect(() => hold.current?.holdWith(JSON.parse(options) as Options), [options]); // made from them above
  useLayoutEffect(() => () => hold.current?.letGo(), []);
  useImperativeHandle(ref, () => hold.current?.baton() as Baton, [options]); // the effects above have run
  return null;
});

function handlerOf(handlers: Handlers, event: keyof BatonEvents): ((detail: never) => void) | undefined {
  return handlers[`on${event[0]!.toUpperCase()}${event.slice(1)}` as keyof Handlers]; // as the type says
}
