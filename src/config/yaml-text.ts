import type { SyntaxFault } from './yaml-document.js';

/** The text of a file, or what keeps it from being one; a fault's offset is one in `text`. */
export type YamlText = { readonly text: string; readonly fault: SyntaxFault | null };

/** Reads the bytes of a YAML file, which is UTF-8 here, with or without a byte order mark. */
export function yamlText(bytes: Uint8Array): YamlText {
  const [first, second] = bytes;
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) {
    return { text: '', fault: { offset: 0, message: 'the file is UTF-16; save it as UTF-8' } };
  }
  const text = new TextDecoder('utf-8').decode(bytes); // without the byte order mark
  const wrong = text.indexOf('\uFFFD');
  if (wrong >= 0 && !isUtf8(bytes)) {
    const message = 'what stands here is not UTF-8; save the file as UTF-8, which older editors call Unicode';
    return { text, fault: { offset: wrong, message } };
  }
  const lone = text.includes('\r') ? text.search(/\r(?!\n)/) : -1;
  if (lone < 0) return { text, fault: null };
  const message = 'lines end in a carriage return alone; save the file with the line ends of Unix or Windows';
  return { text, fault: { offset: lone, message } };
}

const UNPRINTABLE = /[^\P{Cc}\t\n\r]|[\uFFFE\uFFFF]/u;

/** The first character that YAML allows no file to hold (YAML 1.2.2 §5.1). */
export function unprintable(text: string): SyntaxFault | null {
  const found = UNPRINTABLE.exec(text);
  if (found === null) return null;
  return { offset: found.index, message: `a control character stands here (${codeOf(found[0])}); remove it` };
}

function isUtf8(bytes: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false; // the only way in which the decoder says so
  }
}

/** `U+00A0` */
export function codeOf(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
}
