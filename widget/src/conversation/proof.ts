/** A JWT that the site's server has just signed, or how to get one when a chat begins. */
export type Proof = string | (() => string | Promise<string>);
