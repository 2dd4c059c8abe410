import { forwardRef, type RefAttributes, useImperativeHandle, useLayoutEffect, useRef } from "react";
import type { Baton, BatonEvents } from "./baton.ts";
import { mount } from "./mount.ts";
import type { Options } from "./options.ts";

type Handlers = { [Event in keyof BatonEvents as `on${Capitalize<Event>}`]?: (detail: BatonEvents[Event]) => void };

/** The options as the page gives them, what it wants to hear, and `ref` for the calls. */
export type BatonChatProps = Options & Handlers & RefAttributes<Baton>;

const events = ["open", "close", "message", "phase", "unread", "identity"] as const;

/** The chat for as long as this is drawn. Other options put up another one; other handlers only take over. */
export const BatonChat = forwardRef<Baton, Options & Handlers>(function BatonChat(props, ref) {
  // By `forwardRef`: before React 19 no component is given a `ref` in any other way.
  const baton = useRef<Baton | null>(null);
  const latest = useRef<Handlers>(props);
  latest.current = props;
  const options = JSON.stringify(Object.fromEntries(Object.entries(props).filter(([, value]) => typeof value !== "function")));

  useLayoutEffect(() => {
    const mounted = mount(JSON.parse(options) as Options); // made from them above
    baton.current = mounted;
    for (const event of events) mounted.on(event, (detail) => handlerOf(latest.current, event)?.(detail as never)); // the handler of this event
    return () => {
      baton.current = null;
      mounted.destroy();
    };
  }, [options]);
  useImperativeHandle(ref, () => baton.current as Baton, [options]); // the effect above has run
  return null;
});

function handlerOf(handlers: Handlers, event: keyof BatonEvents): ((detail: never) => void) | undefined {
  return handlers[`on${event[0]!.toUpperCase()}${event.slice(1)}` as keyof Handlers]; // as the type says
}
