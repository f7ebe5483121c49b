import { z } from 'zod';
import { readJson, requestOver } from './control-socket.js';

const party = z.object({ name: z.string(), number: z.string(), device: z.string().nullable() });

/** What of the snapshot this program shows; the rest stays in `--json`. */
const snapshot = z.object({
  pid: z.number(),
  startedAt: z.number(),
  domains: z.array(z.string()),
  pairing: z.string(),
  listeners: z.array(z.string()),
  daemons: z.array(
    z.object({
      kind: z.string(),
      name: z.string(),
      state: z.string(),
      detail: z.string(),
      legs: z.number(),
      maxLegs: z.number().nullable(),
      draining: z.boolean(),
    }),
  ),
  registrations: z.array(
    z.object({
      domain: z.string(),
      device: z.string(),
      flow: z.string(),
      expiresAt: z.number(),
      userAgent: z.string(),
    }),
  ),
  users: z.array(
    z.object({ domain: z.string(), extension: z.string(), presence: z.enum(['available', 'busy', 'offline']) }),
  ),
  trunks: z.array(
    z.object({
      domain: z.string(),
      trunk: z.string(),
      enabled: z.boolean(),
      host: z.string(),
      registration: z.object({ state: z.string(), status: z.number(), expiresAt: z.number() }).nullable(),
      health: z.object({ state: z.string(), status: z.number(), since: z.number() }).nullable(),
    }),
  ),
  calls: z.array(
    z.object({
      id: z.string(),
      domain: z.string(),
      from: party,
      dialled: z.string(),
      phase: z.string(),
      startedAt: z.number().optional(),
      legs: z.array(z.object({ direction: z.string(), state: z.string(), held: z.boolean(), party })),
    }),
  ),
});

export type ShownSnapshot = z.infer<typeof snapshot>;

/** `notRunning`: nobody listens at the socket. `failed`: somebody does, and it is not what was expected. */
export type Asked =
  | { readonly ok: true; readonly json: string; readonly snapshot: ShownSnapshot }
  | { readonly ok: false; readonly why: 'notRunning' | 'failed'; readonly message: string };

/** Asks the exchange that listens at `socketPath`. Never rejects. */
export async function askStatus(socketPath: string): Promise<Asked> {
  let body: string;
  try {
    body = (await requestOver(socketPath, 'GET', '/status')).body;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const code = error instanceof Error && 'code' in error ? error.code : null;
    const why = code === 'ENOENT' || code === 'ECONNREFUSED' ? 'notRunning' : 'failed';
    return { ok: false, why, message };
  }
  const parsed = snapshot.safeParse(readJson(body));
  if (!parsed.success) {
    return { ok: false, why: 'failed', message: 'the answer is not that of a strowger of this version' };
  }
  return { ok: true, json: body, snapshot: parsed.data };
}
