import { z } from 'zod';
import { choice, either, fields, listOf, text, whole } from './field.js';
import { secret } from './outside-file.js';

export const pairings = ['embedded', 'drachtio'] as const;

const PLACE = /^(?:[\w.-]+|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?$/;
const place = (expected: string) => text(expected, PLACE);

/** What a field that is left out stands for. */
export const pairingDefaults = {
  adminPort: 9022,
  eventSocketPort: 8021,
  profile: 'drachtio_mrf',
  weight: 1,
  maxLegs: 200,
  listen: '127.0.0.1',
  codecs: ['PCMU', 'PCMA', 'G722', 'opus'],
} as const;
const d = pairingDefaults;

const drachtioServer = fields({
  address: place(`the address of its admin port, such as 127.0.0.1 or 192.0.2.11:${d.adminPort}`).describe(
    `Its admin port. Without a port: ${d.adminPort}.`,
  ),
  secret: secret.describe('Its admin secret.'),
});

const freeswitch = fields({
  address: place(`the address of its event socket, such as 127.0.0.1 or 192.0.2.12:${d.eventSocketPort}`).describe(
    `Its event socket. Without a port: ${d.eventSocketPort}.`,
  ),
  password: secret.describe('Of its event socket.'),
  profile: text('the name of a sofia profile', /^[\w.-]+$/)
    .optional()
    .describe(`Its sofia profile for us. Default: ${d.profile}.`),
  weight: whole(1, 1000).optional().describe(`Its share of new legs beside the others. Default: ${d.weight}.`),
  maxLegs: whole(1, 100_000)
    .optional()
    .describe(`No more legs than this; further ones go elsewhere, or callers get 503. Default: ${d.maxLegs}.`),
  listen: place('an address of ours, or address:port')
    .optional()
    .describe(
      `Our address that it connects to, once for every leg; with a port, that port. Default: ${d.listen}, any port.`,
    ),
  advertise: place('an address, or address:port')
    .optional()
    .describe('The same as it sees it, through a NAT or out of a container.'),
  paths: z
    .record(text('a folder of ours', /./), text('the same folder as it sees it', /^\//), {
      error: 'a mapping of folders of ours to the same as it sees them',
    })
    .optional()
    .describe('Folders of ours, as seen from this file, and where it sees them. Others have the same names there.'),
});

/** The part of `server.yaml` that says what speaks SIP and what carries speech. */
export const pairingFields = {
  pairing: choice(pairings)
    .optional()
    .describe(
      'What speaks SIP and carries speech: `embedded`, this program itself; or `drachtio`, a drachtio-server and a FreeSWITCH ' +
        '(docs/drachtio.md). Default: embedded.',
    ),
  drachtio: either('a drachtio-server with address and secret, or a list of them', [
    drachtioServer,
    listOf(drachtioServer, 'a list of drachtio-servers').min(1, { error: 'at least one drachtio-server' }),
  ])
    .optional()
    .describe('With `pairing: drachtio`: the drachtio-servers. Phones may use any of them.'),
  freeswitch: either('a FreeSWITCH with address and password, or a list of them', [
    freeswitch,
    listOf(freeswitch, 'a list of FreeSWITCHes').min(1, { error: 'at least one FreeSWITCH' }),
  ])
    .optional()
    .describe('With `pairing: drachtio`: the FreeSWITCHes. A call has its legs on one of them.'),
  codecs: listOf(text('a codec by its name in SDP, such as G722', /^[\w.-]+$/), 'a list of codecs')
    .min(1, { error: 'at least one codec' })
    .optional()
    .describe(
      `With \`pairing: drachtio\`: what every FreeSWITCH has; others are not passed through. Default: ${d.codecs.join(', ')}.`,
    ),
};

export type DrachtioServerFile = z.input<typeof drachtioServer>;
export type FreeSwitchFile = z.input<typeof freeswitch>;
