import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { SecretKey } from '../streams/config.ts';

/**
 * Seals texts with AES-256-GCM. What is sealed names its key, so that keys can be changed; it opens for its owner only,
 * so that a copy in somebody else's row is worth nothing.
 */
export interface Sealer {
  /** @throws NotOpened no-key where there are no keys */
  seal(text: string, owner: string): string;
  /** @throws NotOpened */
  open(sealed: string, owner: string): string;
  /** True where the first key has sealed it. */
  isCurrent(sealed: string): boolean;
}

/** The message holds nothing of what is sealed. */
export class NotOpened extends Error {
  override name = 'NotOpened';
  readonly code: 'no-key' | 'broken';

  constructor(code: NotOpened['code'], message: string) {
    super(message);
    this.code = code;
  }
}

const form = 'sealed1';
const nonceBytes = 12;
const tagBytes = 16;

/** @param keys the first seals, all open */
export function openSealer(keys: readonly SecretKey[]): Sealer {
  const [current] = keys;
  return {
    seal(text, owner) {
      if (current === undefined) throw new NotOpened('no-key', `there is no key to seal with: ${howToMend}`);
      // 96 random bits: safe for some 2^32 texts a key (NIST SP 800-38D, 8.3).
      const nonce = randomBytes(nonceBytes);
      const cipher = createCipheriv('aes-256-gcm', current.key, nonce).setAAD(boundTo(current.id, owner));
      const bytes = Buffer.concat([nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
      return `${form}.${current.id}.${bytes.toString('base64url')}`;
    },
    open(sealed, owner) {
      const [name, id = '', text = ''] = sealed.split('.');
      const known = keys.find((key) => key.id === id);
      if (name !== form) throw new NotOpened('broken', 'what should be sealed is not in a form that is known here');
      if (known === undefined) {
        throw new NotOpened(
          'no-key',
          `it is sealed with the key "${id.slice(0, 32)}", which is not here: ${howToMend}`,
        );
      }
      const bytes = Buffer.from(text, 'base64url');
      if (bytes.length < nonceBytes + tagBytes) throw new NotOpened('broken', 'what is sealed is too short');
      try {
        const decipher = createDecipheriv('aes-256-gcm', known.key, bytes.subarray(0, nonceBytes))
          .setAAD(boundTo(id, owner))
          .setAuthTag(bytes.subarray(-tagBytes));
        const opened = Buffer.concat([decipher.update(bytes.subarray(nonceBytes, -tagBytes)), decipher.final()]);
        return opened.toString('utf8');
      } catch {
        throw new NotOpened('broken', `what is sealed does not open with the key "${id}": it, or the key, was changed`);
      }
    },
    isCurrent: (sealed) => current !== undefined && sealed.startsWith(`${form}.${current.id}.`),
  };
}

const howToMend = 'set MIMIR_SECRET_KEYS (`npx mimir secrets new-key` makes one)';

function boundTo(keyId: string, owner: string): Buffer {
  return Buffer.from(`${form} ${keyId} ${owner}`);
}
