import { expect, test } from 'vitest';
import { decodeDocument } from '../../domain/decode-bytes.ts';

const latin1 = (text: string): Buffer => Buffer.from(text, 'latin1');
const utf16 = (text: string): Buffer => Buffer.from(`\ufeff${text}`, 'utf16le');
// "ü€" as Windows-1252
const umlautEuro = Buffer.from([0xfc, 0x80]);

test.each([
  ['UTF-8 by default', Buffer.from('ü€'), '', 'ü€'],
  ['a byte order mark before all', Buffer.from('\ufeffü€'), 'text/html; charset=iso-8859-1', 'ü€'],
  ['UTF-16 by its mark', utf16('ü€'), 'text/html; charset=utf-8', 'ü€'],
  ['the header', umlautEuro, 'text/html; charset="windows-1252"', 'ü€'],
  ['Latin 1 means Windows-1252', umlautEuro, 'text/html; charset=ISO-8859-1', 'ü€'],
  [
    'the XML declaration',
    latin1('<?xml version="1.0" encoding="ISO-8859-1"?>ü'),
    '',
    '<?xml version="1.0" encoding="ISO-8859-1"?>ü',
  ],
  ['the meta element', latin1('<meta charset=iso-8859-1>ü'), 'text/html', '<meta charset=iso-8859-1>ü'],
  [
    'the old meta element',
    latin1('<meta http-equiv="x" content="text/html; charset=iso-8859-1">ü'),
    '',
    '<meta http-equiv="x" content="text/html; charset=iso-8859-1">ü',
  ],
  [
    'the declaration, where the header claims UTF-8 falsely',
    latin1('<meta charset=iso-8859-1>ü'),
    'text/html; charset=utf-8',
    '<meta charset=iso-8859-1>ü',
  ],
  ['Windows-1252, where nobody says and it is no UTF-8', umlautEuro, '', 'ü€'],
  ['Cyrillic', Buffer.from([0xcf, 0xf0, 0xe8]), 'text/html; charset=windows-1251', 'При'],
  ['an unknown charset is passed over', Buffer.from('ü'), 'text/html; charset=klingon', 'ü'],
  ['a meta element cannot make it UTF-16', Buffer.from('<meta charset=utf-16>ü'), '', '<meta charset=utf-16>ü'],
])('%s', (_, bytes, contentType, text) => {
  expect(decodeDocument(bytes, contentType)).toBe(text);
});

test('bytes that cannot be read become U+FFFD', () => {
  expect(decodeDocument(Buffer.from([0x61, 0xff, 0x62]), 'text/html; charset=utf-8')).toBe('a\ufffdb');
});
