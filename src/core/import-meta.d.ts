/** Vite's glob import, as far as the registries use it (core has no vite types). */
interface ImportMeta {
  glob<T>(pattern: string | readonly string[], options: { eager: true }): Record<string, T>;
}
