/** User part, unescaped and without parameters, and host of a Request-URI; of `tel:` the number, and no host. */
export type RequestTarget = { readonly user: string | null; readonly host: string };

const SIP = /^sips?:(?:([^@]*)@)?(\[[^\]]*\]|[^:;?]*)/i;
const TEL = /^tel:([^;]*)/i;

/** Of a URI of another scheme the whole is the user. */
export function targetOf(uri: string): RequestTarget {
  const sip = SIP.exec(uri);
  if (sip !== null) return { user: sip[1] === undefined ? null : userOf(sip[1]), host: sip[2] ?? '' };
  return { user: TEL.exec(uri)?.[1] ?? uri, host: '' };
}

/** RFC 3261 §19.1.1: the password after `:` and the parameters of a telephone-subscriber after `;` are not the number. */
function userOf(userinfo: string): string {
  const user = userinfo.split(/[:;]/, 1)[0] ?? '';
  try {
    return decodeURIComponent(user);
  } catch {
    return user; // not UTF-8: nobody here has such a name
  }
}
