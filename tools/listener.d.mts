/** The process that listens on a TCP port of this machine; throws if there is none, or it is not ours to look into. */
export function pidListeningOn(port: number): number;
