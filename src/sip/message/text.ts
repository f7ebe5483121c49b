import { Buffer, isUtf8 } from 'node:buffer';

const NON_ASCII = /[\u0080-\uffff]/;
const UNSAFE = /[\r\n\u0100-\uffff]/;

/** The UTF-8 reading of latin1 text; octets that are not UTF-8 stand for the Latin-1 characters they are. */
export function unicode(latin1: string): string {
  if (!NON_ASCII.test(latin1)) return latin1;
  const bytes = Buffer.from(latin1, 'latin1');
  return isUtf8(bytes) ? bytes.toString('utf8') : latin1;
}

/** Unicode text as its UTF-8 octets, one character per byte. */
export function octets(text: string): string {
  return NON_ASCII.test(text) ? Buffer.from(text, 'utf8').toString('latin1') : text;
}

/**
 * One line of a message as it may be sent. Characters above 255 would lose their upper half on the wire and could become
 * CR or LF there: such text is taken for Unicode and encoded. CR and LF become spaces, so that no value makes a header.
 */
export function wireLine(text: string): string {
  if (!UNSAFE.test(text)) return text;
  return wireBody(text).replace(/[\r\n]+/g, ' ');
}

/** A body as it may be sent: latin1 as it is, Unicode encoded. */
export function wireBody(text: string): string {
  return /[\u0100-\uffff]/.test(text) ? Buffer.from(text, 'utf8').toString('latin1') : text;
}
