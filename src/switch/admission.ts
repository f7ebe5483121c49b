import type { DigestAuthenticator, DigestVerdict } from '../auth/digest.js';
import type { Device, Domain } from '../core/domain.js';
import { comparable } from '../core/phone-number.js';
import type { EpochMs } from '../machine/machine.js';
import type { Address, Admission, AdmissionRequest, SignallingHandlers } from '../ports/signalling.js';
import { type DomainDirectory, isAddress, type Listed, type ListedTrunk, trunkIdentity } from './domain-directory.js';
import { targetOf } from './request-target.js';

export type AdmissionOptions = {
  /** Of today's configuration. */
  readonly directory: () => DomainDirectory;
  readonly digest: DigestAuthenticator;
  readonly now: () => EpochMs;
  /** OPTIONS needs no password if it is for the server itself (no user in the Request-URI): monitors send it. Default true. */
  readonly monitored?: boolean;
  /** A request for a domain that is not ours is answered 404, or not at all where scanners are to find nothing. Default `respond`. */
  readonly unknownDomain?: 'respond' | 'ignore';
  /** Told of each failure, for the log that fail2ban and the like read. The first request of a phone, without credentials, is none. */
  readonly refused?: (refusal: Refusal) => void;
};

export type Refusal = {
  readonly why: 'wrongPassword' | 'notItself' | 'unknownDomain' | 'malformedCredentials';
  readonly method: string;
  /** The flow it came by. */
  readonly source: string;
  /** As whom: the username of the credentials, else the From. */
  readonly claimed: string;
};

/**
 * Who may ask for what: the `admit` of the signalling port. A call from the address of a trunk is let in as the trunk
 * (`trunk:NAME@DOMAIN`). Every other request must prove to be a device of a domain, and a
 * phone may only be itself: From, and To of a REGISTER, name the device or the extension it belongs to, in its domain.
 * From may also be anonymous (RFC 3323 §4.1.1.3), since the credentials say who it is.
 *
 * The challenge is 401 for every method: we are the registrar and the user agent that the INVITE ends at (RFC 3261
 * §22.2), not a proxy, which is what 407 says of its sender. It is the same for a user that does not exist. Unknown
 * domains get 404 (§21.4.5); it tells nobody who exists in a known one.
 */
export function admission(options: AdmissionOptions): SignallingHandlers['admit'] {
  const { monitored = true } = options;
  return (request) => {
    const directory = options.directory();
    if (monitored && request.method === 'OPTIONS' && targetOf(request.requestUri).user === null) {
      return { verdict: 'capabilities' };
    }
    const trunk = trunkOf(directory, request);
    if (trunk !== null) return { verdict: 'admit', identity: trunkIdentity(trunk) };
    const domain = domainOfRequest(directory, request);
    if (domain === null) {
      refuse(options, request, 'unknownDomain');
      return options.unknownDomain === 'ignore' ? { verdict: 'ignore' } : respond(404, 'Not Found');
    }
    const judged = options.digest.verify(
      {
        method: request.method,
        uri: request.requestUri,
        realm: domain.name,
        authorization: request.header('Authorization'),
      },
      (username) => deviceNamed(directory, domain, username),
      options.now(),
    );
    return conclude(options, directory, domain, request, judged);
  };
}

/**
 * A call from the address of a trunk is the carrier's (E3), unless it says that it is a phone of ours, which has to prove
 * it. Of domains that share a carrier the one that has the number.
 */
function trunkOf(directory: DomainDirectory, request: AdmissionRequest): ListedTrunk | null {
  if (request.method !== 'INVITE' && request.method !== 'OPTIONS') return null;
  const candidates = directory.trunksAt(request.source);
  if (candidates.length === 0) return null;
  const claimed = directory.named(request.from.host);
  if (claimed !== null && directory.device(claimed, request.from.user) !== null) return null;
  const { user } = targetOf(request.requestUri);
  const owner = candidates.find(({ domain }) => user !== null && domain.numbers.has(comparable(user, domain.country)));
  return owner ?? candidates[0] ?? null;
}

function conclude(
  options: AdmissionOptions,
  directory: DomainDirectory,
  domain: Domain,
  request: AdmissionRequest,
  judged: DigestVerdict<Device>,
): Admission {
  switch (judged.verdict) {
    case 'accepted': {
      const listed = directory.device(domain, judged.account.id);
      if (listed === null || !isItself(directory, listed, request)) {
        refuse(options, request, 'notItself', judged.username);
        return respond(403, 'Forbidden');
      }
      return { verdict: 'admit', identity: `${listed.device.id}@${domain.name}` };
    }
    case 'absent':
    case 'unusable':
      return challenge(options, domain, false);
    case 'stale':
      return challenge(options, domain, true);
    case 'refused':
      refuse(options, request, 'wrongPassword', judged.username);
      return challenge(options, domain, false);
    case 'malformed': // RFC 7616 §3.4
      refuse(options, request, 'malformedCredentials');
      return respond(400, 'Bad Authorization');
  }
}

function challenge(options: AdmissionOptions, domain: Domain, isStale: boolean): Admission {
  const values = options.digest.challenges(domain.name, isStale, options.now());
  const headers = values.map((value) => ['WWW-Authenticate', value] as const);
  return { verdict: 'respond', status: 401, reason: 'Unauthorized', headers };
}

function respond(status: number, reason: string): Admission {
  return { verdict: 'respond', status, reason, headers: [] };
}

function refuse(options: AdmissionOptions, request: AdmissionRequest, why: Refusal['why'], username?: string): void {
  const { method, source, from } = request;
  options.refused?.({ why, method, source, claimed: username ?? `${from.user}@${from.host}` });
}

/** The caller's domain by name, else the called one's, else the default one if either is an address. */
function domainOfRequest(directory: DomainDirectory, request: AdmissionRequest): Domain | null {
  const { host: sender } = request.method === 'REGISTER' ? request.to : request.from;
  const { host: target } = targetOf(request.requestUri);
  return directory.named(sender) ?? directory.named(target) ?? directory.domainOf(sender) ?? directory.domainOf(target);
}

/** A username is a device id, with or without its domain (`202`, `202@acme.example`). */
function deviceNamed(directory: DomainDirectory, domain: Domain, username: string): Device | null {
  const at = username.lastIndexOf('@');
  if (at >= 0 && directory.named(username.slice(at + 1)) !== domain) return null;
  return directory.device(domain, at < 0 ? username : username.slice(0, at))?.device ?? null;
}

function isItself(directory: DomainDirectory, listed: Listed, request: AdmissionRequest): boolean {
  const { method, from, to } = request;
  if (method === 'REGISTER') return names(directory, listed, from) && names(directory, listed, to);
  return names(directory, listed, from) || from.host.toLowerCase() === 'anonymous.invalid';
}

/** Whether an address is this device or its extension. The host is our domain, an address of ours or the phone's own. */
function names(directory: DomainDirectory, { domain, user, device }: Listed, address: Address): boolean {
  if (address.user !== device.id && address.user !== user.extension) return false;
  const named = directory.named(address.host);
  return named === null ? isAddress(address.host) : named === domain;
}
