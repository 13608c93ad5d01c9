import { Admin, Producer } from "@platformatic/kafka";
import type { Flight } from "./last-week.ts";

/** Name of the topic. */
export const departuresTopic = "departures";

const partitions = 4;
const sendRecords = 2_000;

/** Records that nobody can use, and what is wrong with each. */
export const wrongRecords: readonly (readonly [value: string, why: string])[] = [
  ["not JSON at all", "is not JSON"],
  [`{"origin":"ATL","left":"2001-06-30T12:00:00Z","delay":"late"}`, "has text for a delay"],
  [`{"left":"2001-06-30T12:00:00Z","delay":5}`, "has no origin"],
  [`{"origin":"ATL","delay":5}`, "has no time"],
  [`{"origin":"ATL","left":"2101-01-01T00:00:00Z","delay":5}`, "is a hundred years ahead"],
  [`{"origin":"ATL","left":"2001-06-30T12:00:00Z","delay":100000}`, "has a delay that breaks a constraint"],
];

/** The topic of departures, as the systems of airports would write it. */
export class DeparturesTopic {
  readonly #producer: Producer<Buffer, Buffer, Buffer, Buffer>;

  private constructor(producer: Producer<Buffer, Buffer, Buffer, Buffer>) {
    this.#producer = producer;
  }

  /** Makes the topic. `broker` is HOST:PORT. */
  static async create(broker: string): Promise<DeparturesTopic> {
    const admin = new Admin({ clientId: "flights", bootstrapBrokers: [broker] });
    await admin.createTopics({ topics: [departuresTopic], partitions, replicas: 1 });
    await admin.close();
    return new DeparturesTopic(new Producer({ clientId: "flights", bootstrapBrokers: [broker] }));
  }

  /** Writes flights, those of an airport in order. */
  async write(flights: readonly Flight[]): Promise<void> {
    await this.#send(flights.map((flight) => [flight.origin, JSON.stringify(recordOf(flight))]));
  }

  /** Writes records that nobody can use. */
  async writeWrong(): Promise<void> {
    await this.#send(wrongRecords.map(([value]) => ["ATL", value]));
  }

  /** Closes the connections. */
  async close(): Promise<void> {
    await this.#producer.close();
  }

  async #send(records: readonly (readonly [key: string, value: string])[]): Promise<void> {
    for (let at = 0; at < records.length; at += sendRecords) {
      const messages = records.slice(at, at + sendRecords).map(([key, value]) => ({
        topic: departuresTopic,
        key: Buffer.from(key),
        value: Buffer.from(value),
        partition: partitionOf(key),
      }));
      await this.#producer.send({ messages });
    }
  }
}

function recordOf({ origin, destination, leftUs, delay }: Flight) {
  return { origin, destination, left: new Date(Number(leftUs / 1000n)).toISOString(), delay };
}

function partitionOf(key: string): number {
  return [...key].reduce((sum, letter) => sum + letter.charCodeAt(0), 0) % partitions;
}
