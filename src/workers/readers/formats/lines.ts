import { basename } from 'node:path';
import type { ReaderDef } from '../reader';
import { byteBlocks } from '../text/bytes';
import { byteLines, scanFixed, type Span } from '../text/fixed';
import { unreadable } from '../text/refuse';
import { columnNames, isNumberWord, isText, sniff, textLines } from '../text/sniff';
import { openTextTable } from '../text/text-table';

/**
 * The last resort, for texts that hold measurements in no regular table. A second line of one repeated mark (`---- ---`) says where the columns
 * are; else every line is one row of text. Both say loudly what they do.
 */

const MARKS = /^\s*([-=*~^])(?:\1|\s)*$/;
const WHOLE_LINE = 2 ** 24;

function notBlank(lines: readonly string[]): string[] {
  return lines.filter((l) => l.trim() !== '');
}

function markedSpans(line: string): Span[] {
  return [...line.matchAll(/\S+/g)].map((m) => ({ from: m.index, to: m.index + m[0].length }));
}

const lines: ReaderDef = {
  id: 'lines',
  title: 'lines of text',
  extensions: [],
  detect(head, name) {
    if (!isText(head) || sniff(head, name)) return 0;
    const text = notBlank(textLines(head));
    if (text.length < 3 || /readme/i.test(name)) return 0;
    if (MARKS.test(text[1]!) && markedSpans(text[1]!).length > 1) return 4;
    return text.filter((l) => isNumberWord(l.trim().split(/\s+/)[0]!)).length > text.length / 2 ? 2 : 0;
  },
  async open(path, { signal }) {
    const first: string[] = [];
    let skipLines = 0;
    outer: for await (const part of byteLines(byteBlocks(path, signal)))
      for (let i = 0; i < part.starts.length; i++) {
        const line = part.bytes.toString('utf8', part.starts[i], part.ends[i]);
        if (line.trim() === '') continue;
        first.push(line);
        if (first.length === 1) skipLines = part.firstLine + i;
        if (first.length === 2) {
          if (MARKS.test(line) && markedSpans(line).length > 1) skipLines = part.firstLine + i;
          break outer;
        }
      }
    const [heading, marks] = first;
    if (heading === undefined || marks === undefined) throw unreadable(`${basename(path)} has fewer than two lines`, 'open a table');
    const isMarked = MARKS.test(marks) && markedSpans(marks).length > 1;
    const spans = isMarked ? markedSpans(marks) : [{ from: 0, to: WHOLE_LINE }];
    const { names } = columnNames(
      spans.map((s) => heading.slice(s.from, s.to).trim()),
      spans.length,
      '_',
    );
    const source = await openTextTable(
      {
        path,
        format: isMarked ? 'fixed-width text' : 'lines of text',
        columns: names.map((name) => ({ name, ...(isMarked ? {} : { type: 'utf8' as const }) })),
        rules: { missingWords: false, quotedEmptyIsText: false },
        alerts: [
          isMarked
            ? {
                severity: 'warning',
                message: 'the second line of the file marks where its columns are: text outside the marks is left out',
                hint: 'check that the marks are meant so',
              }
            : {
                severity: 'warning',
                message: 'no regular table is found in the file: every line is one row of text, the first names the column',
                hint: 'take out what is no measurement, and separate the cells by one delimiter',
              },
        ],
        rows: (blocks, pass) =>
          scanFixed(blocks, { spans, skipLines, comment: isMarked ? 35 : undefined, isCommentIndented: true, onNotUtf8: pass.notUtf8 }),
      },
      signal,
    );
    return source;
  },
};
export default lines;
