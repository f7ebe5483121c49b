// Where a real drachtio-server and a real FreeSWITCH are, by the environment: STROWGER_DRACHTIO=host:port[:secret],
// STROWGER_FREESWITCH=host:port[:password]. Both set: what is tested runs on them (docs/drachtio.md).
import { pidListeningOn } from './listener.mjs';

/** The lines of server.yaml for them; null: they are not given, the pairing is the embedded one. */
export function daemonLines(env = process.env) {
  const drachtio = placeOf(env.STROWGER_DRACHTIO, 'cymru');
  const freeswitch = placeOf(env.STROWGER_FREESWITCH, 'ClueCon');
  if (drachtio === null || freeswitch === null) return null;
  return {
    pairing: 'drachtio',
    drachtio: { address: drachtio.address, secret: drachtio.secret },
    freeswitch: { address: freeswitch.address, password: freeswitch.secret, maxLegs: 1000 },
  };
}

/** The two processes on this machine, to be measured with the exchange; [] for the embedded pairing. */
export function daemonProcesses(env = process.env) {
  const lines = daemonLines(env);
  if (lines === null) return [];
  const pidAt = ({ address }) => pidListeningOn(Number(address.split(':')[1]));
  return [
    { name: 'drachtio-server', pid: pidAt(lines.drachtio) },
    { name: 'FreeSWITCH', pid: pidAt(lines.freeswitch) },
  ];
}

function placeOf(text = '', usualSecret) {
  const match = /^([^:]+:\d+)(?::(.+))?$/.exec(text);
  return match === null ? null : { address: match[1], secret: match[2] ?? usualSecret };
}
