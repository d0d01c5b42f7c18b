import { expect, test } from 'vitest';
import { escaped, tableHtml } from '../../../src/core/quality/html-parts';
import { apart, listed, many, share, short } from '../../../src/core/quality/say';

test('shares are never rounded to all or nothing', () => {
  expect([share(0, 9), share(1, 1e6), share(24, 1e4), share(1, 8), share(996, 1000), share(99_999, 1e5), share(7, 7), share(0, 0)]).toEqual([
    '0 %',
    '< 0.01 %',
    '0.24 %',
    '13 %',
    '99.6 %',
    '> 99.9 %',
    '100 %',
    '0 %',
  ]);
});

test('numbers and lists for people', () => {
  expect([many(1, 'row'), many(12_345, 'row'), short(0.012345), apart(1624.31, 1624.35)]).toEqual([
    '1 row',
    '12\u202f345 rows',
    '0.01235',
    ['1624.31', '1624.35'],
  ]);
  expect([listed([]), listed(['a']), listed(['a', 'b', 'c']), listed(['a', 'b', 'c', 'd', 'e', 'f'], 3)]).toEqual([
    '',
    'a',
    'a, b and c',
    'a, b, c and 3 more',
  ]);
});

test('what comes from a file is text in the page', () => {
  expect(escaped(`<i a="1">&'`)).toBe('&lt;i a=&quot;1&quot;&gt;&amp;&#39;');
  expect(tableHtml(['<a>'], [['<b>', { html: '<u>x</u>' }, 3]])).toContain('<td>&lt;b&gt;</td><td><u>x</u></td><td>3</td>');
});
