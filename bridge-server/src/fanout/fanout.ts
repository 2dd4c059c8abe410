/**
 * Tells every bridge process that something has changed.
 * A hint carries no content, so a lost, late or repeated one does no harm: whoever hears it reads the store.
 */
export interface Fanout {
  /**
   * Listeners in this process have been called when this returns; those elsewhere hear of it soon. Never waits for a bus, and never
   * fails because of one. `aside` is worth knowing only now (somebody is typing). It is never stored, and may be lost.
   */
  hint(topic: string, aside?: string): Promise<void>;
  /** Calls `look` on every hint, and once more whenever hints may have been missed. */
  listen(topic: string, look: (aside?: string) => void): Promise<() => void>;
  close(): Promise<void>;
}
