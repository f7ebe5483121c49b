/** A dialog of who is watched, as RFC 4235 §3.7 knows it. What is terminated is left out of the dialogs there are. */
export type WatchedDialog = {
  readonly state: 'trying' | 'early' | 'confirmed';
  /** `recipient`: somebody called who is watched, or is parked there. */
  readonly direction: 'initiator' | 'recipient';
  /** The other party. */
  readonly remote: { readonly name: string; readonly number: string };
};

export const DIALOG_INFO_TYPE = 'application/dialog-info+xml';

/**
 * The dialog-info document (RFC 4235 §4) of somebody at `domain`: always in full. `user` is an extension or a park slot. Of
 * who has no dialog it has one that is terminated, which is what phones wait for to put out a lamp.
 */
export function dialogInfo(
  user: string,
  domain: string,
  version: number,
  dialogs: ReadonlyMap<string, WatchedDialog>,
): string {
  const entity = uriOf(user, domain);
  const elements = [...dialogs].map(([id, dialog]) => dialogElement(id, dialog, entity, domain));
  if (elements.length === 0) elements.push(`<dialog id="${attribute(user)}">\n<state>terminated</state>\n</dialog>`);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<dialog-info xmlns="urn:ietf:params:xml:ns:dialog-info" version="${version}" state="full" entity="${attribute(entity)}">`,
    ...elements,
    '</dialog-info>\n',
  ].join('\n');
}

function dialogElement(
  id: string,
  { state, direction, remote }: WatchedDialog,
  entity: string,
  domain: string,
): string {
  const { name, number } = remote;
  const them = number === '' ? 'sip:anonymous@anonymous.invalid' : uriOf(number, domain);
  const display = name === '' ? '' : ` display="${attribute(name)}"`;
  return [
    `<dialog id="${attribute(id)}" direction="${direction}">`,
    `<state>${state}</state>`,
    `<local><identity>${text(entity)}</identity><target uri="${attribute(entity)}"/></local>`,
    `<remote><identity${display}>${text(them)}</identity><target uri="${attribute(them)}"/></remote>`,
    '</dialog>',
  ].join('\n');
}

function uriOf(user: string, domain: string): string {
  return `sip:${encodeURIComponent(user.replace(NOT_XML, '')).replaceAll('%2B', '+')}@${domain}`;
}

/** Controls, lone surrogates and the two that are no characters: XML 1.0 §2.2 has none of them. */
const NOT_XML = /[\p{Cc}\p{Cs}\ufffe\uffff]/gu;

function text(value: string): string {
  return value.replace(NOT_XML, '').replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function attribute(value: string): string {
  return text(value).replaceAll('"', '&quot;');
}
