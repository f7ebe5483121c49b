import { request } from 'node:http';
import { z } from 'zod';

const PATIENCE_MS = 5_000;

/** One request to the running exchange. Rejects if nobody answers. */
export function requestOver(
  socketPath: string,
  method: 'GET' | 'POST',
  path: string,
  body = '',
): Promise<{ readonly status: number; readonly body: string }> {
  return new Promise((done, failed) => {
    const asked = request({ socketPath, path, method, timeout: PATIENCE_MS }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', failed);
      response.on('end', () => {
        done({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString('utf8') });
      });
    });
    asked.on('timeout', () => asked.destroy(new Error('no answer in time')));
    asked.on('error', failed);
    asked.end(body);
  });
}

const answer = z.object({ message: z.string() });

/** Tells the running exchange to do something; 200: it has. Rejects if nobody answers. */
export async function post(
  socketPath: string,
  path: string,
  command: object,
): Promise<{ readonly status: number; readonly message: string }> {
  const { status, body } = await requestOver(socketPath, 'POST', path, JSON.stringify(command));
  const parsed = answer.safeParse(readJson(body));
  return { status, message: parsed.success ? parsed.data.message : 'no answer' };
}

/** Null if it is no JSON. */
export function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
