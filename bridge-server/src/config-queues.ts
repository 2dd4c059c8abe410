import type { Destinations } from "./config-destinations.ts";

/** The names that a connector's settings give to queues; `null`: any name may be one. */
export type QueuesOf = (connector: string) => string[] | null;

/**
 * Routes and fallback steps that lead to a queue which their connector's settings do not know: such a chat goes where the platform
 * puts chats by itself, which is seldom what was meant.
 */
export function unknownQueues(site: string, { routes, defaultRoute, fallback }: Destinations, queuesOf: QueuesOf): string[] {
  const places = [
    ...routes.map(({ to }, at) => ({ path: `routes[${at}].to`, to })),
    { path: "defaultRoute.to", to: defaultRoute.to },
    ...fallback.map((step, at) => ({ path: `fallback[${at}]`, to: step })),
  ];
  return places.flatMap(({ path, to }) => {
    if (!("connector" in to) || to.queue === null) return [];
    const known = queuesOf(to.connector);
    if (known === null || known.includes(to.queue)) return [];
    const knows = known.length === 0 ? "its settings name none" : `its settings name ${known.join(", ")}`;
    return [`sites.${site}.${path}.queue: ${to.connector} knows no queue ${to.queue}, so its chats go where all others go; ${knows}`];
  });
}
