import type { HeaderCard } from '../../../core/model/table';
import type { FitsHeader } from './cards';

const STRUCTURE = /^(SIMPLE|XTENSION|BITPIX|NAXIS\d*|PCOUNT|GCOUNT|TFIELDS|EXTEND|CHECKSUM|DATASUM|END)$/;

/** A table's or image's own cards as they are; before them those of the primary header that say something the table's do not. */
export function keptCards(header: FitsHeader, primary: FitsHeader | undefined): HeaderCard[] {
  const strip = ({ key, value, comment }: HeaderCard): HeaderCard => ({ key, value, comment });
  const own = new Set(header.cards.map((c) => c.key));
  const inherited = (primary?.cards ?? []).filter((c) => !STRUCTURE.test(c.key) && c.key !== 'EXTNAME' && (c.value === undefined || !own.has(c.key)));
  return [...inherited, ...header.cards].map(strip);
}
