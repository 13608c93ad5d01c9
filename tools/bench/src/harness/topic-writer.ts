import { Admin, Producer, ProduceAcks } from "@platformatic/kafka";

/** Partitions of the topic. */
const partitions = 8;

/** Records of one request to the broker. */
const sendRecords = 1_000;

/** Writes records to a topic of a broker. */
export class TopicWriter {
  readonly #producer: Producer<Buffer, Buffer, Buffer, Buffer>;
  readonly #topic: string;

  private constructor(producer: Producer<Buffer, Buffer, Buffer, Buffer>, topic: string) {
    this.#producer = producer;
    this.#topic = topic;
  }

  /** Makes the topic, and connects. `broker` is HOST:PORT. */
  static async create(broker: string, topic: string): Promise<TopicWriter> {
    const admin = new Admin({ clientId: "bench", bootstrapBrokers: [broker] });
    await admin.createTopics({ topics: [topic], partitions, replicas: 1 });
    await admin.close();
    const producer = new Producer({
      clientId: "bench",
      bootstrapBrokers: [broker],
      acks: ProduceAcks.LEADER,
    });
    return new TopicWriter(producer, topic);
  }

  /** Sends values in their order, in requests of some records; record n goes to the partition n modulo their number. */
  async send(values: readonly Buffer[]): Promise<void> {
    for (let at = 0; at < values.length; at += sendRecords) {
      const messages = values
        .slice(at, at + sendRecords)
        .map((value, i) => ({ topic: this.#topic, value, partition: (at + i) % partitions }));
      await this.#producer.send({ messages });
    }
  }

  /** Closes the connections. */
  async close(): Promise<void> {
    await this.#producer.close();
  }
}
