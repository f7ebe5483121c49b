import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

const LISTEN = '0A'; // TCP_LISTEN in /proc/net/tcp

/** The process that listens on a TCP port of this machine; throws if there is none, or it is not ours to look into. */
export function pidListeningOn(port) {
  const pid = ownerOf(listeningSocket(port));
  if (pid === null) throw new Error(`no process of ours listens on TCP port ${port}`);
  return pid;
}

/** Inode of the listening socket. */
function listeningSocket(port) {
  const hex = port.toString(16).toUpperCase().padStart(4, '0');
  const lines = ['tcp', 'tcp6'].flatMap((table) => readFileSync(`/proc/net/${table}`, 'utf8').split('\n'));
  for (const line of lines) {
    const [, local = '', , state, , , , , , inode = ''] = line.trim().split(/\s+/);
    if (state === LISTEN && local.endsWith(`:${hex}`)) return inode;
  }
  throw new Error(`nobody listens on TCP port ${port}`);
}

function ownerOf(inode) {
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const files = readdirSync(`/proc/${pid}/fd`);
      if (files.some((fd) => readlinkSync(`/proc/${pid}/fd/${fd}`) === `socket:[${inode}]`)) return Number(pid);
    } catch {
      // It has ended, or is not ours to look into.
    }
  }
  return null;
}
