import { z } from 'zod';
import type { Binding } from '../core/binding.js';
import type { Domain } from '../core/domain.js';
import type { Obeyed } from './control-server.js';
import { readJson } from './control-socket.js';
import { counted } from './terminal.js';

/** Phones of a user that are to fetch their settings, as JSON on the control socket. `device` null: all of his. */
const command = z.strictObject({
  resync: z.string(),
  domain: z.string(),
  device: z.string().nullable(),
  reboot: z.boolean(),
});
export type ResyncCommand = z.infer<typeof command>;

export type PhoneKeeper = {
  readonly domain: (name: string) => Domain | null;
  readonly bindingsOf: (domain: string, device: string) => readonly Binding[];
  readonly resync: (binding: Binding, reboot: boolean) => void;
};

/** Carries out a command that came as text; never throws. What the phones answer is in the log. */
export function obeyResync(text: string, { domain: domainNamed, bindingsOf, resync }: PhoneKeeper): Obeyed {
  const asked = command.safeParse(readJson(text));
  if (!asked.success) return { status: 400, message: 'this is no command of this version' };
  const { resync: extension, device, reboot } = asked.data;
  const domain = domainNamed(asked.data.domain);
  if (domain === null) return { status: 404, message: 'there is no such domain' };
  const user = domain.users.get(extension);
  if (user === undefined) return { status: 404, message: `there is no user ${extension}` };
  const devices = user.devices.map(({ id }) => id).filter((id) => device === null || id === device);
  if (devices.length === 0) return { status: 404, message: `${extension} has no device ${device ?? ''}`.trimEnd() };
  const bindings = devices.flatMap((id) => bindingsOf(domain.name, id));
  if (bindings.length === 0) return { status: 409, message: `no phone of ${device ?? extension} is registered` };
  for (const binding of bindings) resync(binding, reboot);
  const told = bindings.map((binding) => `${binding.device} (${binding.flow})`).join(', ');
  return { status: 200, message: `told ${counted(bindings.length, 'phone')}: ${told}` };
}
