import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../tools/exchange.mjs';
import { CARRIER, DOMAIN, PASSWORD, SERVER_CPU } from './sipp-load.mjs';

/** Whether Debian's kamailio is there, after trying to install it where that needs no question. */
export function hasKamailio() {
  if (spawnSync('kamailio', ['-v']).status === 0) return true;
  if (process.getuid?.() !== 0) return false;
  spawnSync('apt-get', ['install', '-y', '--no-install-recommends', 'kamailio'], { stdio: 'ignore' });
  return spawnSync('kamailio', ['-v']).status === 0;
}

/**
 * The yardstick: Kamailio as registrar and transaction-stateful, record-routing proxy with one worker, digest asked of
 * every REGISTER and first INVITE of a phone. It keeps no call state and touches no SDP.
 */
export async function startKamailio() {
  const folder = mkdtempSync(join(tmpdir(), 'kamailio-'));
  const port = await freePort();
  const file = join(folder, 'kamailio.cfg');
  writeFileSync(file, configuration(port));
  const args = ['-c', String(SERVER_CPU), 'kamailio', '-f', file, '-DD', '-E', '-m', '512', '-M', '32', '-Y', folder];
  const child = spawn('taskset', args, { stdio: 'ignore' });
  const exited = new Promise((resolve) => child.once('exit', resolve));
  await sleep(1500);
  if (child.exitCode !== null) throw new Error('kamailio did not start');
  return {
    name: 'Kamailio',
    port,
    pid: child.pid,
    async stop() {
      child.kill('SIGTERM');
      await exited;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function configuration(port) {
  const modules = ['tm', 'sl', 'rr', 'pv', 'maxfwd', 'textops', 'siputils', 'usrloc', 'registrar', 'auth'];
  return `#!KAMAILIO
debug=0
log_stderror=no
fork=yes
children=1
dns=no
rev_dns=no
auto_aliases=no
disable_tcp=yes
listen=udp:127.0.0.1:${port}
alias="${DOMAIN}"
${modules.map((name) => `loadmodule "${name}.so"`).join('\n')}
modparam("usrloc", "db_mode", 0)
modparam("rr", "enable_full_lr", 1)

request_route {
	if (!mf_process_maxfwd_header("70")) { sl_send_reply("483", "Too Many Hops"); exit; }
	if (is_method("CANCEL")) { if (t_check_trans()) t_relay(); exit; }
	if (has_totag()) {
		if (loose_route()) { t_relay(); exit; }
		if (is_method("ACK") && t_check_trans()) { t_relay(); exit; }
		if (!is_method("ACK")) sl_send_reply("404", "Not Here");
		exit;
	}
	if (is_method("ACK")) exit;
	if (is_method("OPTIONS")) { sl_send_reply("200", "OK"); exit; }
	if ($si == "${CARRIER}") {
		$rU = $(rU{s.substr,-4,0});
		record_route();
		if (!lookup("location")) { sl_send_reply("480", "Temporarily Unavailable"); exit; }
		t_relay();
		exit;
	}
	if (!pv_www_authenticate("${DOMAIN}", "${PASSWORD}", "0")) { www_challenge("${DOMAIN}", "1"); exit; }
	consume_credentials();
	if (is_method("REGISTER")) { save("location"); exit; }
	record_route();
	if (!lookup("location")) { sl_send_reply("480", "Temporarily Unavailable"); exit; }
	t_relay();
}
`;
}
