import { Admin, Producer } from "@platformatic/kafka";
import type { Clients } from "../harness/clients.ts";
import { readOnline } from "../harness/read-online.ts";
import type { SeededRandom } from "../harness/seeded-random.ts";
import { project } from "../harness/taxi.ts";

/** Topic of the view `driver_stream`. */
export const streamTopic = "drivers";

const partitions = 4;
const drivers = 100;
const recordsMax = 50;

/** Writes random records to a topic, and remembers those that the broker acknowledged. */
export class StreamModel {
  readonly #producer: Producer<Buffer, Buffer, Buffer, Buffer>;
  readonly #random: SeededRandom;
  readonly #baseUs: bigint;
  readonly #latest = new Map<bigint, bigint>();
  #n = 0n;

  private constructor(
    producer: Producer<Buffer, Buffer, Buffer, Buffer>,
    random: SeededRandom,
    baseUs: bigint,
  ) {
    this.#producer = producer;
    this.#random = random;
    this.#baseUs = baseUs;
  }

  /** Makes the topic. `baseUs` is the event time of the first record; each next one is a µs later. */
  static async create(brokers: string, random: SeededRandom, baseUs: bigint): Promise<StreamModel> {
    const admin = new Admin({ clientId: "scenario", bootstrapBrokers: [brokers] });
    await admin.createTopics({ topics: [streamTopic], partitions, replicas: 1 });
    await admin.close();
    return new StreamModel(
      new Producer({ clientId: "scenario", bootstrapBrokers: [brokers] }),
      random,
      baseUs,
    );
  }

  /** Records that are in the topic. */
  get records(): bigint {
    return this.#n;
  }

  /** Writes a few records. A driver's records are all in one partition. */
  async write(): Promise<void> {
    const records = Array.from({ length: 1 + this.#random.below(recordsMax) }, () => {
      const n = this.#n++;
      const driver = BigInt(this.#random.below(drivers));
      this.#latest.set(driver, n);
      const value = JSON.stringify({ driver: `${driver}`, trips: `${n}`, at: `${this.#baseUs + n}` });
      return { topic: streamTopic, partition: Number(driver) % partitions, value: Buffer.from(value) };
    });
    await this.#producer.send({ messages: records });
  }

  /** What is not as it should be: counts of the log, and the latest row of each driver online. */
  async differences(clients: Clients): Promise<string[]> {
    const { views } = await clients.ingestion.getIngestionStatus({ project });
    const found = views.find(({ view }) => view === "driver_stream");
    const counted = [found?.logRows, found?.appliedRows, found?.segmentRows];
    const counts = counted.every((rows) => rows === this.#n)
      ? []
      : [`of ${this.#n} records the log has ${counted[0]}, applied ${counted[1]}, in segments ${counted[2]}`];
    const asked = [...this.#latest.keys()];
    const answers = await readOnline(
      clients,
      "streamed_drivers",
      asked.map((driver) => ({ driver })),
    );
    const wrong = asked.flatMap((driver, i) => {
      const got = answers[i]?.values["driver_stream__trips"];
      return got === this.#latest.get(driver)
        ? []
        : [`driver ${driver}: got ${String(got)}, expected ${this.#latest.get(driver)}`];
    });
    return [...counts, ...wrong];
  }

  /** Closes the connections. */
  async close(): Promise<void> {
    await this.#producer.close();
  }
}
