import { SilentMedia } from '../../src/calltest/silent-media.js';
import type { CallRecord } from '../../src/core/call-record.js';
import type { Domain } from '../../src/core/domain.js';
import type { ParkLogRow } from '../../src/core/queue/park.js';
import type { SavedAgent } from '../../src/core/queue/queue-effect.js';
import type { QueueLogRow } from '../../src/core/queue/queue-log.js';
import type { FeatureOutcome } from '../../src/scripts/feature.js';
import { offersSpeech } from '../../src/sdp/speech-offer.js';
import type { AgentNotice } from '../../src/switch/queue-records.js';
import { Switch } from '../../src/switch/switch.js';
import { FakeClock } from './fake-clock.js';
import { RecordingSignalling } from './recording-signalling.js';

export const sdp = (lines: readonly string[] = [], formats = '0 8 101'): string =>
  [
    'v=0',
    'o=- 1 1 IN IP4 192.0.2.9',
    's=-',
    'c=IN IP4 192.0.2.9',
    't=0 0',
    `m=audio 4000 RTP/AVP ${formats}`,
    ...(formats.includes('101') ? ['a=rtpmap:101 telephone-event/8000'] : []),
    ...lines,
    '',
  ].join('\r\n');

export const OFFER = sdp();

/** The real switch between a signalling port that writes down what it is told and a media port without sound. */
export async function recordedSwitch(domain: Domain, registered: readonly string[], saved: readonly SavedAgent[] = []) {
  const clock = new FakeClock(Date.parse('2026-11-23T15:00:00Z'));
  const signalling = new RecordingSignalling();
  const media = new SilentMedia(clock);
  const records: CallRecord[] = [];
  const deposits: string[] = [];
  const defects: unknown[] = [];
  const features: string[] = [];
  const phones = new Set(registered);
  const queueLog: QueueLogRow[] = [];
  const parkLog: ParkLogRow[] = [];
  const notices: AgentNotice[] = [];
  const lamps: string[] = [];
  const agents = new Map<string, SavedAgent>();
  const exchange = new Switch({
    signalling,
    media,
    clock,
    domainOf: () => domain,
    domains: () => [domain],
    contactsOf: () => (device) =>
      phones.has(device) ? [{ uri: `sip:${device}@192.0.2.7`, flow: `udp/192.0.2.7:5060` }] : [],
    isAnswerable: offersSpeech,
    admit: () => ({ verdict: 'ignore' }),
    onRequest: () => undefined,
    switchFeature: (_domain, extension, feature, digits, lastCaller): FeatureOutcome => {
      features.push(`${extension} ${feature.does} ${digits} ${lastCaller}`);
      return 'dnd-on';
    },
    prompts: 'prompts/en',
    queues: {
      agents: () => saved,
      saveAgent: (_domain, agent) => agents.set(agent.agent, agent),
      queueEvent: (_domain, row) => queueLog.push(row),
      parkEvent: (_domain, row) => parkLog.push(row),
      notice: (_domain, notice) => notices.push(notice),
    },
    voicemail: {
      newRecording: (d, e) => `${d}-${e}.wav`,
      deposit: (m) => deposits.push(`${m.extension} ${m.file} ${m.lengthMs} from ${m.callerNumber}`),
      discard: (file) => deposits.push(`discard ${file}`),
    },
    saveCall: (record) => records.push(record),
    shown: (_domain, of, _id, dialog) => {
      const { state = 'terminated', direction = '', remote = null } = dialog ?? {};
      lamps.push([of, state, direction, remote?.number ?? ''].filter((part) => part !== '').join(' '));
    },
    onDefect: (error) => defects.push(error),
  });
  await exchange.start();
  const leaks = (): unknown => ({
    calls: exchange.calls,
    legs: media.openLegs,
    timers: clock.pending,
    opens: media.opens - media.closes,
    defects,
  });
  const queues = { queueLog, parkLog, notices, agents };
  return { lamps, clock, signalling, media, records, deposits, features, exchange, leaks, phones, ...queues };
}

export const CLEAN = { calls: 0, legs: [], timers: 0, opens: 0, defects: [] };
