import { z } from 'zod';
import type { Destination, Domain, User } from '../core/domain.js';
import { decide, dialled } from '../core/route.js';
import { quietWorld } from '../core/world.js';
import type { Obeyed } from './control-server.js';
import { readJson } from './control-socket.js';

/** A call that is made for a user, as JSON on the control socket. `from` null: his main device. */
const command = z.strictObject({
  domain: z.string(),
  extension: z.string(),
  to: z.string(),
  from: z.string().nullable(),
});
export type CallCommand = z.infer<typeof command>;

export type CallMaker = {
  readonly domain: (name: string) => Domain | null;
  /** The id of the call's record, or why nothing rings. */
  readonly summon: (
    domain: Domain,
    user: User,
    from: Extract<Destination, { to: 'device' | 'number' }>,
    to: string,
  ) => { readonly record: string } | string;
};

/** Carries out a command that came as text; never throws. */
export function obeyCall(text: string, { domain: domainNamed, summon }: CallMaker): Obeyed {
  const asked = command.safeParse(readJson(text));
  if (!asked.success) return { status: 400, message: 'this is no command of this version' };
  const { extension, to, from } = asked.data;
  const domain = domainNamed(asked.data.domain);
  if (domain === null) return { status: 404, message: 'there is no such domain' };
  const user = domain.users.get(extension);
  if (user === undefined) return { status: 404, message: `there is no user ${extension}` };
  const place = placeOf(domain, user, from);
  if (place === null)
    return { status: 404, message: `${from} is neither a phone of ${extension} nor a number outside` };
  const caller = { device: user.devices[0]?.id ?? null, number: extension, name: user.name, anonymous: false };
  const inquiry = { to: dialled(domain, to, caller), caller, by: null, screened: false };
  const { plan } = decide(
    domain,
    quietWorld(() => []),
    inquiry,
    0,
  );
  if (plan.do === 'reject' && plan.cause === 'unknownNumber')
    return { status: 404, message: `there is no number ${to}` };
  const made = summon(domain, user, place, to);
  if (typeof made === 'string') return { status: 409, message: made };
  return {
    status: 200,
    message: `${from ?? extension} rings; who answers is connected to ${to} (call ${made.record})`,
  };
}

function placeOf(
  domain: Domain,
  { extension, devices }: User,
  from: string | null,
): Extract<Destination, { to: 'device' | 'number' }> | null {
  const device = from ?? devices[0]?.id ?? extension;
  if (from === null || devices.some(({ id }) => id === from)) return { to: 'device', device };
  const number = dialled(domain, from, { device: extension, number: extension, name: '', anonymous: false });
  return number.to === 'number' ? number : null;
}
