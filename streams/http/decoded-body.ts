import { type Readable, Transform, type TransformCallback, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import {
  constants,
  createBrotliDecompress,
  createGunzip,
  createInflate,
  createInflateRaw,
  createZstdDecompress,
} from 'node:zlib';

/** A chain of content codings that is unknown, too long, or does not fit the bytes. */
export class BadEncoding extends Error {
  override name = 'BadEncoding';
}

const maxCodings = 5;
/** 8 MB: the greatest window that HTTP allows (RFC 9659); the format itself would take gigabytes. */
const zstdWindowLogMax = 23;

/** Stands in the header of some servers without meaning anything. */
const noCoding: ReadonlySet<string> = new Set(['', 'identity', 'none', 'utf-8']);
const decoders: Readonly<Record<string, () => Transform>> = {
  gzip: createGunzip,
  'x-gzip': createGunzip,
  deflate: () => new InflateEither(),
  br: createBrotliDecompress,
  zstd: () => createZstdDecompress({ params: { [constants.ZSTD_d_windowLogMax]: zstdWindowLogMax } }),
};

export interface DecodedBody {
  readonly bytes: Buffer;
  /** True where the body went on after maxBytes. */
  readonly truncated: boolean;
}

/**
 * Reads a body to its end or to maxBytes, whichever comes first, counted after decoding: a bomb is stopped by what it
 * becomes, not by what it weighs on the wire.
 *
 * @param contentEncoding the header's value
 * @throws BadEncoding; whatever the source is destroyed with
 */
export async function readDecoded(source: Readable, contentEncoding: string, maxBytes: number): Promise<DecodedBody> {
  const chain = decodersOf(contentEncoding);
  const chunks: Buffer[] = [];
  let size = 0;
  const full = new AbortController();
  const collect = new Writable({
    write(chunk: Buffer, _, callback) {
      chunks.push(chunk);
      size += chunk.length;
      if (size > maxBytes) full.abort();
      callback();
    },
  });
  try {
    await pipeline([source, ...chain, collect], { signal: full.signal });
  } catch (error) {
    if (!full.signal.aborted) throw isZlib(error) ? new BadEncoding(error.message, { cause: error }) : error;
  }
  const bytes = Buffer.concat(chunks, Math.min(size, maxBytes));
  return { bytes, truncated: size > maxBytes };
}

function decodersOf(contentEncoding: string): Transform[] {
  const codings = contentEncoding
    .split(',')
    .map((coding) => coding.trim().toLowerCase())
    .filter((coding) => !noCoding.has(coding));
  if (codings.length > maxCodings) throw new BadEncoding(`${codings.length} content codings, ${maxCodings} are read`);
  return codings.toReversed().map((coding) => {
    const decoder = Object.hasOwn(decoders, coding) ? decoders[coding] : undefined;
    if (decoder === undefined) throw new BadEncoding(`unknown content coding ${coding.slice(0, 40)}`);
    return decoder();
  });
}

function isZlib(error: unknown): error is Error {
  return error instanceof Error && 'code' in error && /^(?:Z_|ERR_|ZSTD_)/.test(String(error.code)) && 'errno' in error;
}

/** "deflate" means zlib's format, but some servers send the bare one; the first byte tells. */
class InflateEither extends Transform {
  #inflate: Transform | null = null;

  override _transform(chunk: Buffer, _: BufferEncoding, callback: TransformCallback): void {
    const first = chunk[0];
    if (first === undefined) return callback();
    this.#inflate ??= this.#open((first & 0x0f) === 8);
    if (this.#inflate.write(chunk)) callback();
    else this.#inflate.once('drain', callback);
  }

  override _flush(callback: TransformCallback): void {
    if (this.#inflate === null) return callback();
    this.#inflate.once('end', () => callback());
    this.#inflate.end();
  }

  override _read(size: number): void {
    this.#inflate?.resume();
    super._read(size);
  }

  override _destroy(error: Error | null, callback: (error: Error | null) => void): void {
    this.#inflate?.destroy();
    callback(error);
  }

  #open(zlibFormat: boolean): Transform {
    const inflate = zlibFormat ? createInflate() : createInflateRaw();
    inflate.on('data', (bytes: Buffer) => {
      if (!this.push(bytes)) inflate.pause();
    });
    inflate.on('error', (error) => this.destroy(error));
    return inflate;
  }
}
