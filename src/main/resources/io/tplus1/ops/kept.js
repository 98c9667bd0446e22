// What the browser keeps for the page; one that may keep nothing throws, even where it is only asked.

/**
 * A text that a storage keeps under a name, or where that refuses, the page as long as it is open.
 *
 * @param storage gives the storage, as () => localStorage
 */
export function kept(storage, name) {
  let refused = null;
  return {
    /** The text; empty while there is none. */
    get() {
      try {
        return refused ?? storage().getItem(name) ?? '';
      } catch {
        return '';
      }
    },
    set(text) {
      try {
        storage().setItem(name, text);
        refused = null;
      } catch {
        refused = text;
      }
    },
  };
}
