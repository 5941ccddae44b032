/* What the window knows of the conversations: per place and thread the entries, by id, and up to which change. */

import { get } from "./api.js";

export class Store {
  constructor() {
    this.shelves = new Map();
  }

  shelf(place, thread = null) {
    const key = `${place} ${thread ?? ""}`;
    if (!this.shelves.has(key)) this.shelves.set(key, { key, place, thread, entries: new Map(), pending: [], upto: 0, isLoaded: false, waiting: 0 });
    return this.shelves.get(key);
  }

  /** Everything anew: another reader, another language, or the demo began again. */
  clear() {
    this.shelves.clear();
  }

  /** Ask for what changed. True when there was something. */
  async update(persona, shelf) {
    const params = { persona, place: shelf.place, after: shelf.upto };
    if (shelf.thread) params.thread = shelf.thread;
    const { entries } = await get("/api/history", params);
    for (const entry of entries) {
      shelf.entries.set(entry.id, entry);
      shelf.upto = Math.max(shelf.upto, entry.changed);
    }
    shelf.isLoaded = true;
    return entries.length > 0;
  }

  /** The entries in the order of the conversation. */
  ordered(shelf) {
    return [...shelf.entries.values()].sort((one, other) => one.id - other.id);
  }
}
