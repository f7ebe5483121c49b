import { z } from 'zod';
import { digestAlgorithms, logLevels, mediaModes } from './config.js';
import { choice, digitsOr, duration, either, fields, flag, listOf, text } from './field.js';
import { pairingFields } from './pairing-file.js';

const ENDPOINT = /^(?:(?:\d{1,3}(?:\.\d{1,3}){3}|\[[0-9A-Fa-f:.]+\]):)?\d{1,5}$/;
const ENDPOINT_EXPECTED = 'a port or address:port, such as 5060, 192.0.2.1:5060 or "[::]:5060"';
const ADDRESS_EXPECTED = 'a numeric address, such as 192.0.2.1 or "::"';

const endpoint = digitsOr(ENDPOINT_EXPECTED, ENDPOINT);
const listen = either(`${ENDPOINT_EXPECTED}; a list of them; or false for none`, [
  endpoint,
  listOf(endpoint, `a list, each ${ENDPOINT_EXPECTED}`),
  z.literal(false),
]);
const host = text('an address or host name', /^[\w.:-]+$/);

/** What a field that is left out stands for. */
export const serverDefaults = {
  listen: 5060,
  mediaAddress: '0.0.0.0',
  mediaPorts: '16384-32767',
  mediaMode: 'anchored',
  silence: '1m',
  sessionTimer: '30m',
  /** Phones that know no SHA-256 (baresip 1.0, SIPp 3.6) give up on a challenge that names it. */
  algorithms: ['MD5'],
  nonceLife: '5m',
  minimum: '1m',
  usual: '1h',
  maximum: '2h',
  log: 'info',
  queueEvents: '400d',
  rankings: '30d',
  data: 'data',
  control: 'control.sock',
} as const;
const d = serverDefaults;

/** `server.yaml`: what belongs to the machine and not to a domain. Every field may be left out, and so may the file. */
export const serverFile = fields({
  ...pairingFields,
  listen: fields({
    udp: listen.optional().describe('Where SIP over UDP is awaited. A port alone means all IPv4 addresses.'),
    tcp: listen.optional().describe('Where SIP over TCP is awaited.'),
  })
    .optional()
    .describe(`Where SIP is awaited. Default: port ${d.listen} over both UDP and TCP.`),
  advertise: host
    .optional()
    .describe('The address that phones reach the exchange by, when that is not its own: behind NAT, in a container.'),
  media: fields({
    address: text(ADDRESS_EXPECTED, /^[0-9A-Fa-f.:]+$/)
      .optional()
      .describe(`Default: ${d.mediaAddress}.`),
    ports: text('two ports, such as 16384-32767', /^\d{4,5}-\d{4,5}$/)
      .optional()
      .describe(`First and last port of speech (RTP). A call takes up to four. Default: ${d.mediaPorts}.`),
    advertise: host.optional().describe('The address of speech that phones are told. Default: `advertise` above.'),
    mode: choice(mediaModes)
      .optional()
      .describe(
        '`anchored`: all speech goes through the exchange. `direct`: between two parties who talk and need nothing of it, past ' +
          'it, for networks in which every phone and carrier reaches every other; whoever is held comes back. ' +
          `Default: ${d.mediaMode}.`,
      ),
    silence: duration('5s', '1h')
      .optional()
      .describe(`A call ends when a phone that should send speech has sent none for so long. Default: ${d.silence}.`),
  })
    .optional()
    .describe('Speech: where it arrives, and what is done with it.'),
  domain: text('the name of a domain', /^[\w.-]+$/)
    .optional()
    .describe(
      'The domain of phones that are set to a bare address of this machine. Default: the only domain there is.',
    ),
  registration: fields({
    minimum: duration('10s', '1d').optional().describe(`Shorter ones are refused (423). Default: ${d.minimum}.`),
    default: duration('10s', '1d').optional().describe(`For a phone that asks for none. Default: ${d.usual}.`),
    maximum: duration('10s', '7d').optional().describe(`Longer ones are cut to it. Default: ${d.maximum}.`),
  })
    .optional()
    .describe('How long a registration of a phone lasts.'),
  sessionTimer: either('true, false or a duration', [flag(), duration('90s', '1d')])
    .optional()
    .describe(
      'A call ends when a phone has confirmed it neither by itself nor when asked for so long (RFC 4028). ' +
        `\`false\`: it is not asked. Default: ${d.sessionTimer}.`,
    ),
  digest: fields({
    algorithms: listOf(choice(digestAlgorithms), 'a list of algorithms')
      .min(1, { error: 'at least one algorithm' })
      .optional()
      .describe(`Offered in this order. Default: ${d.algorithms.join(', ')}; SHA-256 is for phones that all know it.`),
    nonceLife: duration('10s', '1d').optional().describe(`How long a challenge is good for. Default: ${d.nonceLife}.`),
  })
    .optional()
    .describe('Digest authentication (RFC 7616, RFC 8760).'),
  log: choice(logLevels).optional().describe(`The least severe messages that are logged. Default: ${d.log}.`),
  keep: fields({
    queueEvents: duration('1d', '3650d')
      .optional()
      .describe(`What statistics of queues are made of. Default: ${d.queueEvents}.`),
    rankings: duration('1h', '3650d')
      .optional()
      .describe(`Why each agent was passed over at every offer; most of the bytes. Default: ${d.rankings}.`),
  })
    .optional()
    .describe('For how long the record of the queues is kept.'),
  data: text('a folder', /./)
    .optional()
    .describe(
      'Where voicemail, call records and made-up passwords are kept, as seen from this file. ' +
        `Default: ${d.data} in the folder that the exchange is started from.`,
    ),
  control: text('a file name', /./)
    .optional()
    .describe(`The socket that \`strowger status\` asks, as seen from the data folder. Default: ${d.control}.`),
});

export type ServerFile = z.input<typeof serverFile>;
