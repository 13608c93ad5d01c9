/** How brokers are reached. */
export interface KafkaSettings {
  /** `HOST:PORT` of some brokers; the others are learned from them. */
  readonly brokers: readonly string[];
  /** What the names of consumer groups begin with: another one for each deployment that reads from the same brokers. */
  readonly groupPrefix: string;
  /** Absent: plain TCP. */
  readonly tls?: KafkaTls | undefined;
  /** Absent: nobody is asked who this is. */
  readonly sasl?: KafkaSasl | undefined;
}

/** TLS to the brokers; all in PEM. */
export interface KafkaTls {
  /** Whom to believe. Absent: the roots that Node knows. */
  readonly ca?: string | undefined;
  /** Certificate and key of this client. Absent: brokers do not ask for one. */
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
}

/** Who this is to the brokers. */
export interface KafkaSasl {
  readonly mechanism: "PLAIN" | "SCRAM-SHA-256" | "SCRAM-SHA-512";
  readonly username: string;
  readonly password: string;
}
