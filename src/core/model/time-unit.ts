/** Julian dates of all kinds (JD, MJD, BJD, HJD, BKJD, BTJD, …), with or without a time scale. They count days. */
const JULIAN = /^[a-z]{0,2}jd([ _(]*(tdb|utc|tt|tai|tcb))?\)?$/i;
const DAY = /^(d|days?)$/i;
const OTHER = /^([munµ]?s|sec|seconds?|min|minutes?|h|hr|hours?|wk|weeks?|yr|years?|a)$/i;
/** ` - 2454833`, `-2400000.5`, ` since 2000-01-01`: where a count of time begins, which a duration does not have. Not the power of `s-1`. */
const ORIGIN = /\s*([-−–+]\s*\d[\d.\s]*\d\s*|\bsince\b.*)$/i;

/**
 * The unit of differences of times given in `unit`: what a period or a window is measured in. `BJD - 2454833` is an offset, not a unit: its
 * differences are days. Units of time (`s`, `h`, `yr`) and names that are not known come back as they are; undefined when the file gives none.
 */
export function timeUnit(unit: string | undefined): string | undefined {
  const text = unit?.trim();
  if (!text) return undefined;
  // TESS says the unit of its offset count as well: `BJD - 2457000, days`.
  const [count = '', named] = text.split(/\s*,\s*/);
  if (named !== undefined && (DAY.test(named) || OTHER.test(named))) return timeUnit(named);
  const plain = count.replace(ORIGIN, '').trim();
  if (DAY.test(plain) || JULIAN.test(plain)) return 'd';
  return OTHER.test(plain) ? plain : text;
}
