import { describe, expect, test } from 'vitest';
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

const hex = (bytes: string): Buffer => Buffer.from(bytes.replaceAll(' ', ''), 'hex');
const declared = (encoding: string, body: Buffer): Buffer =>
  Buffer.concat([latin1(`<?xml version="1.0" encoding="${encoding}"?>`), body]);
const meta = (encoding: string, body: Buffer): Buffer =>
  Buffer.concat([latin1(`<html><head><meta charset="${encoding}">`), body]);

describe('each encoding, by the header, the XML declaration, and the meta element', () => {
  test.each([
    ['windows-1252', '93 46 fc 72 94 20 80', '“Für” €'],
    ['ISO-8859-1', '93 46 fc 72 94 20 80', '“Für” €'],
    ['us-ascii', '93 46 fc 72 94', '“Für”'],
    ['ISO-8859-2', 'a3 f3 64 bc', 'Łódź'],
    ['ISO-8859-15', 'a4 20 bd', '€ œ'],
    ['windows-1250', '8a 6b 6f 64 61', 'Škoda'],
    ['windows-1251', 'cf f0 e8 e2 e5 f2', 'Привет'],
    ['KOI8-R', 'f0 d2 c9 d7 c5 d4', 'Привет'],
    ['windows-1253', 'c5 eb eb dc e4 e1', 'Ελλάδα'],
    ['windows-1254', 'de 69 fe 6c 69', 'Şişli'],
    ['windows-1255', 'f9 ec e5 ed', 'שלום'],
    ['windows-1256', 'e3 d1 cd c8 c7', 'مرحبا'],
    ['Shift_JIS', '93 8c 8b 9e', '東京'],
    ['x-sjis', '93 8c 8b 9e', '東京'],
    ['EUC-JP', 'c5 ec b5 fe', '東京'],
    ['ISO-2022-JP', '1b 24 42 45 6c 35 7e 1b 28 42', '東京'],
    ['EUC-KR', 'bc ad bf ef', '서울'],
    ['ks_c_5601-1987', 'bc ad bf ef', '서울'],
    ['GB2312', 'b1 b1 be a9', '北京'],
    ['GBK', 'b1 b1 be a9', '北京'],
    ['GB18030', 'b1 b1 be a9 81 30 89 38', '北京ß'],
    ['Big5', 'a5 78 a5 5f', '台北'],
    ['UTF-8', 'e5 8f b0', '台'],
  ])('%s', (encoding, bytes, text) => {
    expect(decodeDocument(hex(bytes), `text/html; charset=${encoding}`)).toBe(text);
    expect(decodeDocument(declared(encoding, hex(bytes)), 'text/xml')).toContain(text);
    expect(decodeDocument(meta(encoding, hex(bytes)), 'text/html')).toContain(text);
  });
});

describe('where they contradict each other', () => {
  test.each([
    [
      'a mark wins over header and declaration',
      Buffer.concat([hex('efbbbf'), declared('windows-1251', Buffer.from('ü'))]),
      'text/xml; charset=shift_jis',
      'ü',
    ],
    ['a mark of UTF-16 wins over a declaration of UTF-8', utf16('<?xml version="1.0" encoding="utf-8"?>ü'), '', 'ü'],
    ['big-endian with its mark', Buffer.from('\ufeff<a>ü', 'utf16le').swap16(), 'text/xml; charset=utf-8', 'ü'],
    ['UTF-16 without a mark, little-endian', Buffer.from('<?xml?>ü', 'utf16le'), 'text/xml', 'ü'],
    ['UTF-16 without a mark, big-endian', Buffer.from('<?xml?>ü', 'utf16le').swap16(), 'text/xml; charset=utf-8', 'ü'],
    ['the header wins over the declaration', declared('Shift_JIS', hex('c5 ec')), 'text/xml; charset=euc-jp', '東'],
    [
      'UTF-8 that a header calls Latin 1 is UTF-8',
      declared('utf-8', Buffer.from('für 台')),
      'text/xml; charset=iso-8859-1',
      'für 台',
    ],
    ['UTF-8 that a declaration calls Latin 1 is UTF-8', declared('iso-8859-1', Buffer.from('für 台')), '', 'für 台'],
    [
      'Latin 1 that everybody calls UTF-8 is Windows-1252',
      declared('utf-8', latin1('für \x80')),
      'text/xml; charset=utf-8',
      'für €',
    ],
    [
      'Cyrillic that everybody calls UTF-8 is found out',
      declared('utf-8', hex('cf f0 e8 e2 e5 f2 20 ec e8 f0')),
      '',
      'Привет мир',
    ],
    [
      'a meta element behind 4 KB is not seen',
      Buffer.concat([Buffer.from('<!-- '.padEnd(5_000)), meta('windows-1251', hex('cf f0'))]),
      '',
      'Ïð',
    ],
    ['UTF-7 and UTF-16 by declaration are not believed', declared('utf-7', Buffer.from('ü +ADw-')), '', 'ü +ADw-'],
  ])('%s', (_, bytes, contentType, text) => {
    expect(decodeDocument(bytes, contentType)).toContain(text);
  });
});

describe('where nobody says anything', () => {
  test.each([
    ['Japanese in Shift_JIS', '82 b1 82 ea 82 cd 83 65 83 58 83 67 82 c5 82 b7', 'これはテストです'],
    ['Japanese in EUC-JP', 'a4 b3 a4 ec a4 cf a5 c6 a5 b9 a5 c8 a4 c7 a4 b9', 'これはテストです'],
    ['Korean', 'c0 cc b0 cd c0 ba 20 bd c3 c7 e8 c0 d4 b4 cf b4 d9', '이것은 시험입니다'],
    ['Chinese, simplified', 'd5 e2 ca c7 d2 bb b8 f6 b2 e2 ca d4 b5 c4 ce c4 b1 be', '这是一个测试的文本'],
    ['Chinese, traditional', 'b3 6f ac 4f a4 40 ad d3 b4 fa b8 d5 aa ba a4 e5 a5 bb', '這是一個測試的文本'],
    ['Russian', 'fd f2 ee 20 ef f0 ee e2 e5 f0 ea e0', 'это проверка'],
    ['German', '46 fc 72 20 4d fc 6e 63 68 65 6e', 'Für München'],
    ['French', 'e9 74 e9 20 e0 20 4e ee 6d 65 73', 'été à Nîmes'],
    ['English with quotes', '93 51 75 6f 74 65 64 94 20 96', '“Quoted” –'],
  ])('%s', (_, bytes, text) => {
    expect(decodeDocument(hex(bytes), '')).toBe(text);
  });
});

test('bytes that cannot be read become U+FFFD, where the rest is UTF-8', () => {
  const bytes = Buffer.concat([Buffer.from('für ä'), Buffer.from([0xff]), Buffer.from('台')]);
  expect(decodeDocument(bytes, 'text/html; charset=utf-8')).toBe('für ä\ufffd台');
  expect(decodeDocument(bytes.subarray(0, -1), 'text/html; charset=utf-8')).toBe('für ä\ufffd\ufffd');
});
