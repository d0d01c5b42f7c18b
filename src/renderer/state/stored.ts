/** Small JSON of the window kept by the browser; a refused or broken store means the default, never an error. */
export function load<T>(key: string): T | undefined {
  try {
    const text = localStorage.getItem(`skysift.${key}`);
    return text === null ? undefined : (JSON.parse(text) as T);
  } catch {
    return undefined;
  }
}

export function save(key: string, value: unknown): void {
  try {
    localStorage.setItem(`skysift.${key}`, JSON.stringify(value));
  } catch {
    // A full or forbidden store loses a layout, not data.
  }
}
