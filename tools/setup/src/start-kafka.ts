import { appendFileSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { installHint } from "./ensure-servers.ts";
import { findBinary } from "./find-binary.ts";
import { freePort } from "./free-port.ts";
import { type KafkaAccess, secureKafkaListener } from "./kafka-access.ts";
import { kafkaJars } from "./kafka-jars.ts";
import { endProcess, startProcess } from "./private-process.ts";
import type { PrivateServer } from "./private-server.ts";
import { repoRoot } from "./repo-root.ts";
import { makeTempFolder, removeTempFolder } from "./temp-folder.ts";

/** A private Kafka broker, which is its own controller. Topics are not made by themselves. */
export interface KafkaServer extends PrivateServer {
  /** `HOST:PORT`. */
  readonly brokers: string;
  /** A listener of the same broker that speaks TLS and wants a password. */
  readonly secure: KafkaAccess;
}

const logProperties = path.join(repoRoot, "tools/setup/kafka/log4j2.properties");

function serverProperties(port: number, securePort: number, controllerPort: number, folder: string): string {
  const clientListeners = `PLAINTEXT://127.0.0.1:${port},SECURE://127.0.0.1:${securePort}`;
  return `process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:${controllerPort}
listeners=${clientListeners},CONTROLLER://127.0.0.1:${controllerPort}
advertised.listeners=${clientListeners}
controller.listener.names=CONTROLLER
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,SECURE:SASL_SSL,CONTROLLER:PLAINTEXT
inter.broker.listener.name=PLAINTEXT
log.dirs=${folder}
auto.create.topics.enable=false
offsets.topic.replication.factor=1
offsets.topic.num.partitions=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=1
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
group.initial.rebalance.delay.ms=0
group.min.session.timeout.ms=1000
log.retention.check.interval.ms=500
`;
}

/** What `kafka-storage format` would write, without a second start of Java. */
const metaProperties = `version=1
cluster.id=dGltZXdlbGx0aW1ld2VsbA
node.id=1
directory.id=mZ1pV0ZYQ1y0m2sVdQ1xBQ
`;

/**
 * Starts a private Kafka broker with a small heap, on free ports and in a temporary folder, in about 3 s. Throws where Java is missing, the
 * jars cannot be fetched, or it does not start.
 */
export async function startKafka(): Promise<KafkaServer> {
  const command = findBinary("java");
  if (command === undefined) throw new Error(installHint(["default-jre-headless"]));
  const jars = await kafkaJars();
  const [port, securePort, controllerPort] = [await freePort(), await freePort(), await freePort()];
  const folder = makeTempFolder("kafka");
  const data = path.join(folder, "data");
  const config = path.join(folder, "server.properties");
  mkdirSync(data);
  writeFileSync(path.join(data, "meta.properties"), metaProperties);
  const { access, properties } = secureKafkaListener(folder, securePort);
  writeFileSync(config, serverProperties(port, securePort, controllerPort, data) + properties);
  const start = () => startBroker(command, jars, config, path.join(folder, "kafka.log"));
  let child = await start();
  return {
    url: `127.0.0.1:${port}`,
    brokers: `127.0.0.1:${port}`,
    secure: access,
    port,
    stop: async () => {
      await endProcess(child, "SIGTERM", 5_000);
      removeTempFolder(folder);
    },
    kill: () => endProcess(child, "SIGKILL"),
    restart: async () => {
      await endProcess(child, "SIGTERM");
      child = await start();
    },
  };
}

function startBroker(command: string, jars: string, config: string, logFile: string) {
  // Its own word is waited for: who connects to a port that nobody listens on may, on the loopback, connect to itself.
  appendFileSync(logFile, "");
  const before = statSync(logFile).size;
  const small = ["-Xms64m", "-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:-UsePerfData"];
  return startProcess({
    name: "kafka",
    command,
    args: [
      ...small,
      `-Dlog4j2.configurationFile=${logProperties}`,
      "-cp",
      path.join(jars, "*"),
      "kafka.Kafka",
      config,
    ],
    logFile,
    deathSignal: "KILL",
    isReady: () => Promise.resolve(readFileSync(logFile).subarray(before).includes("Kafka Server started")),
    readyTimeoutMs: 60_000,
  });
}
