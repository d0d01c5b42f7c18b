import { join, normalize, sep } from 'node:path';

/** The file that a URL of ours names inside `folder`, or undefined when it names another host or a place outside the folder. */
export function pathWithin(folder: string, url: string): string | undefined {
  let pathname: string;
  try {
    const parsed = new URL(url);
    if (parsed.host !== 'skysift') return undefined;
    pathname = decodeURIComponent(parsed.pathname);
  } catch {
    return undefined;
  }
  if (pathname.includes('\0') || pathname.includes('\\')) return undefined;
  const path = normalize(join(folder, pathname));
  return path.startsWith(folder.endsWith(sep) ? folder : folder + sep) ? path : undefined;
}
