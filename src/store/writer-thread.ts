import { parentPort, workerData } from 'node:worker_threads';
import { FileWriter } from './file-writer.js';
import type { WriterData, WriterRequest } from './sink.js';

/** Entry point of the thread that writes: takes a `WriterRequest` at a time and answers each batch with its result. */
const { file, busyMs }: WriterData = workerData;
const writer = new FileWriter(file, busyMs);

parentPort?.on('message', (request: WriterRequest) => {
  switch (request.type) {
    case 'write':
      parentPort?.postMessage(writer.write(request.operations));
      break;
    case 'close':
      writer.close();
      parentPort?.close(); // nothing else keeps the thread: it ends
      break;
  }
});
