import type { Cluster, Worker } from "node:cluster";
import type { WorkerChannel } from "./worker-link.ts";
import type { FromWorker, ToWorker, WorkerProcess } from "./worker-messages.ts";

/** Starts a process that runs what this one runs, as a worker. */
export function forkWorker(cluster: Cluster): WorkerProcess {
  const worker = cluster.fork();
  worker.on("error", () => undefined); // The exit says it, too.
  return {
    pid: worker.process.pid ?? 0,
    // One that is gone is noticed by its exit.
    send: (message: ToWorker) => void (worker.isConnected() && worker.send(message, () => undefined)),
    kill: (signal) => void worker.process.kill(signal),
    onMessage: (listener) => void worker.on("message", (message: FromWorker) => listener(message)),
    onExit: (listener) => void worker.on("exit", (code, signal) => listener(code, signal)),
  };
}

/** The way from a worker to the process that started it. */
export function workerChannel(worker: Worker): WorkerChannel {
  return {
    send: (message) =>
      new Promise((resolve, reject) => {
        worker.send(message, (error) => (error === null ? resolve() : reject(error)));
      }),
    onMessage: (listener) => void worker.on("message", (message: ToWorker) => listener(message)),
  };
}
