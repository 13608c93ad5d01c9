import { setTimeout as pause } from "node:timers/promises";

import type { MessageInitShape } from "@bufbuild/protobuf";
import { ConnectError, Code } from "@connectrpc/connect";
import { Mode, PushRow_Operation, type PushRowSchema, type Value } from "@timewell/contracts";
import type { FeatureValue } from "@timewell/row";
import type { OnlineGap } from "@timewell/store-ports";
import { forgetAfterUs } from "@timewell/ttl";

import type { StoryEngines } from "./story-engines.testdata.ts";
import { batchViews, pushedViews, storyUnits, type StoryView, storyViews } from "./story-project.testdata.ts";
import { gridUs, keysOf, StoryEvents, valuesOf } from "./story-events.testdata.ts";
import { isWindowedView, windowEndUs } from "./story-windows.testdata.ts";
import { StorySources } from "./story-sources.testdata.ts";
import type { Step } from "./story-steps.testdata.ts";
import { type Answer, instantText, type Reading, StoryWorld, type Who } from "./story-world.testdata.ts";

const users = ["ann", "bob"] as const;
const devices = [1n, 2n] as const;
const whos: readonly Who[] = users.flatMap((user) => devices.map((device) => ({ user, device })));

/** Between what must not be of one instant, ms; clocks have steps of 1 ms. */
const tickMs = 2;

const ratios = [NaN, -0, 1 / 3, null] as const;
const tags = [["a", ""], [], ["é\u{1f980}"], null] as const;

/** What callers got at an instant. */
interface Look extends Pick<Reading, "atUs" | "answers" | "times"> {
  /** False where a source has rows that no run has brought to the store yet. */
  readonly isFresh: readonly boolean[];
}

/** One answer of serving beside those of training. */
export interface Compared {
  readonly at: string;
  readonly who: string;
  readonly view: StoryView;
  readonly serving: Answer;
  readonly available: Answer;
  readonly eventTime: Answer;
  /** What the rule of windows says; undefined for other views. */
  readonly naive: Answer | undefined;
}

/** What came out of a story. */
export interface StoryEnd {
  readonly compared: readonly Compared[];
  /** Labels in known outages, as the receipt says and as the gaps say. */
  readonly rowsInGaps: readonly [receipt: bigint, expected: bigint];
  /** Answers that are outside of the equality. */
  readonly leftOut: number;
  /** Looks that got no answer, because the store was gone. */
  readonly unavailable: number;
  /** Rows that the store had with another available time than the log. */
  readonly otherStamps: readonly string[];
}

/** Takes steps one after the other, looks at what serving answers, and asks training about the same instants in the end. */
export class Story {
  readonly #world: StoryWorld;
  readonly #engines: StoryEngines;
  readonly #looks: Look[] = [];
  readonly #sources: StorySources;
  #last: { readonly view: StoryView; readonly eventTimeUs: bigint } | undefined;
  /** Events of windowed views, as they came to the log. */
  readonly #events: StoryEvents;
  #number = 0;
  #pushes = 0;
  #unavailable = 0;

  private constructor(engines: StoryEngines, world: StoryWorld) {
    this.#engines = engines;
    this.#world = world;
    this.#events = new StoryEvents(engines, world);
    this.#sources = new StorySources(engines.folder, BigInt(storyUnits.delay) * world.unitUs);
  }

  static async begin(engines: StoryEngines, expiry: "physical" | "none"): Promise<Story> {
    const story = new Story(engines, new StoryWorld(engines, expiry));
    await story.#sources.write();
    story.#world.startIngestion();
    await story.#pass(1);
    return story;
  }

  /** Steps that make no sense where the story stands are passed over. */
  async take(step: Step): Promise<void> {
    await this.#do(step);
    await this.#engines.quiet();
    await this.#tick();
  }

  /** Brings everything to rest, looks once more, and asks training. */
  async end(): Promise<StoryEnd> {
    const { store } = this.#engines;
    store.isDown = false;
    store.release();
    this.#world.startIngestion();
    // What happened to the store is noticed with the next renewal of leases.
    await this.#engines.advance(this.#engines.leaseMs);
    await this.#settle();
    await this.#tick();
    await this.#look();
    await this.#materialize();
    await this.#tick();
    await this.#look();
    await this.#tick();
    return this.#compare();
  }

  async close(): Promise<void> {
    this.#engines.store.isDown = false;
    this.#engines.store.release();
    await this.#world.stopIngestion();
  }

  async #do(step: Step): Promise<void> {
    const { store } = this.#engines;
    const isUp = this.#world.isIngesting && !store.isDown;
    switch (step.do) {
      case "push":
        if (this.#world.isIngesting) await this.#push(step);
        return;
      case "source":
        return this.#addToSource(step);
      case "wait":
        return this.#pass(step.units);
      case "edge":
        return this.#edge(step.of);
      case "look":
        return this.#look();
      case "flush":
        if (this.#world.isIngesting) await this.#world.flush();
        return;
      case "materialize":
        if (isUp) await this.#whereThere(() => this.#materialize());
        return;
      case "rebuild":
        if (isUp) await this.#whereThere(() => this.#world.rebuild(step.view));
        return;
      case "collect-garbage":
        if (isUp) await this.#whereThere(() => this.#world.collectGarbage());
        return;
      case "hold":
        return store.hold();
      case "release":
        return store.release();
      case "down":
        store.isDown = true;
        return store.release();
      case "up":
        store.isDown = false;
        return;
      case "lose-answer":
        store.losesNextAnswer = true;
        return;
      case "restart":
        return this.#restart(step);
      case "stop":
        store.release();
        return this.#world.stopIngestion();
      case "start":
        return this.#world.startIngestion();
      case "kill":
        return this.#world.killIngestion();
      case "kill-after-apply":
        return this.#world.killIngestion("apply");
    }
  }

  async #push(step: Step & { do: "push" }): Promise<void> {
    const { view, age, deletes } = step;
    if (isWindowedView(view)) {
      const who = { user: users[step.user]!, device: devices[step.device]! };
      const number = ++this.#number;
      const eventTimeUs = await this.#events.push({ view, who, age, isAgain: deletes, number });
      this.#last = { view, eventTimeUs };
    } else await this.#pushRow(step);
    this.#pushes++;
    await this.#engines.quiet();
    if (step.look && this.#engines.isExact) await this.#look();
  }

  async #pushRow(step: Step & { do: "push" }): Promise<void> {
    const { view, deletes } = step;
    // The instant of the push itself can be met by a look; the instants of the grid are met by other rows.
    const eventTimeUs = step.age === 0 ? this.#world.nowUs : gridUs(this.#world, step.age);
    const who = { user: users[step.user]!, device: devices[step.device]! };
    const row: MessageInitShape<typeof PushRowSchema> = deletes
      ? { keys: keysOf(this.#world.view(view), who), eventTimeUs, operation: PushRow_Operation.DELETE }
      : { keys: keysOf(this.#world.view(view), who), eventTimeUs, features: this.#features(view) };
    await this.#world.push({ featureView: view, rows: [row] });
    this.#last = { view, eventTimeUs };
  }

  #features(view: StoryView): Record<string, Value> {
    const number = ++this.#number;
    const values: Record<string, FeatureValue> = {
      number: number % 5 === 0 ? null : BigInt(number),
      ratio: ratios[number % 4]!,
      tags: tags[number % 4] as FeatureValue,
      raw: number % 3 === 0 ? null : Buffer.from([number % 256, 0]),
    };
    return valuesOf(this.#world.view(view).features, values);
  }

  #addToSource(step: Step & { do: "source" }): Promise<void> {
    // A row that comes after its declared delay would break the promise of that delay.
    const age = step.view === "pair_delayed" ? step.age % (storyUnits.delay / 2) : step.age;
    return this.#sources.add(step.view, {
      who: { user: users[step.user]!, device: devices[step.device]! },
      eventTimeUs: gridUs(this.#world, age),
      createdUs: this.#world.nowUs + BigInt(step.ahead) * this.#world.unitUs,
      number: ++this.#number,
    });
  }

  async #materialize(): Promise<void> {
    for (const view of batchViews) {
      const atUs = this.#world.nowUs;
      await this.#world.materialize(view);
      this.#sources.ran(view, atUs);
    }
  }

  async #restart({ kept, units }: Step & { do: "restart" }): Promise<void> {
    await this.#engines.kill();
    this.#engines.store.release();
    await this.#engines.quiet();
    await this.#pass(units);
    await this.#engines.restart(kept);
  }

  async #edge(of: "ttl" | "forget"): Promise<void> {
    if (this.#last === undefined || !this.#engines.isExact) return;
    const atUs = this.#edgeUs(this.#last, of);
    if (atUs <= this.#world.nowUs) return;
    await this.#engines.advance(Number(atUs - this.#world.nowUs) / 1000);
    await this.#engines.quiet();
    await this.#look();
    await this.#tick();
    await this.#look();
  }

  #edgeUs({ view, eventTimeUs }: { view: StoryView; eventTimeUs: bigint }, of: "ttl" | "forget"): bigint {
    if (isWindowedView(view)) return windowEndUs(eventTimeUs, of === "ttl" ? 60n : 600n) - 1_000n;
    const { ttlUs } = this.#world.view(view);
    const graceUs = BigInt(storyUnits.grace) * this.#world.unitUs;
    return eventTimeUs + (of === "ttl" ? ttlUs : forgetAfterUs(ttlUs, graceUs));
  }

  async #look(): Promise<void> {
    const { store, isExact } = this.#engines;
    // Where time does not stand still, nothing may become visible in the instant of a look.
    const isHeld = store.isHeld;
    if (!isExact) store.hold();
    await (isExact ? this.#engines.quiet() : this.#tick());
    const isAnswered = await this.#whereThere(async () => {
      const { atUs, answers, times, typed } = await this.#world.read(whos);
      const isFresh = (us: bigint) => storyViews.map((view) => this.#sources.isFresh(view, us));
      this.#looks.push({ atUs, answers, times, isFresh: isFresh(atUs) });
      // Another read: where time does not stand still, it has an instant of its own.
      if (typed.atUs !== atUs) this.#looks.push({ ...typed, times: [], isFresh: isFresh(typed.atUs) });
      else if (JSON.stringify(typed.answers) !== JSON.stringify(answers))
        throw new Error(`Typed answers differ: ${JSON.stringify([answers, typed.answers])}`);
    });
    if (!isAnswered) this.#unavailable++;
    if (isExact) return;
    await this.#tick();
    if (!isHeld) store.release();
  }

  /** False where the work fails because the store is gone; one that was started again is connected to after a while. */
  async #whereThere(work: () => Promise<void>): Promise<boolean> {
    try {
      await work();
      return true;
    } catch (error) {
      const mayBeGone = this.#engines.store.isDown || !this.#engines.isExact;
      if (!mayBeGone || !(error instanceof ConnectError) || error.code !== Code.Unavailable) throw error;
      return false;
    }
  }

  /** Waits until everything that is durable is applied, and no outage lasts. */
  async #settle(): Promise<void> {
    const { ingestLog, offlineCatalog } = this.#engines;
    const stepMs = Math.max(20, this.#engines.unitMs / 10);
    for (let steps = 0; steps < 5_000; steps++) {
      await this.#engines.quiet();
      const progress = await ingestLog.progress();
      const gaps = await offlineCatalog.onlineGaps();
      const isApplied = progress.every(({ head, applied }) => head === applied);
      if (isApplied && gaps.every(({ toUs }) => toUs !== undefined)) return;
      await this.#engines.advance(stepMs);
      // Files are looked at in real time, which a busy machine takes its own share of.
      if (this.#engines.isExact) await pause(2);
    }
    throw new Error("The story does not come to rest: rows are not applied, or an outage lasts");
  }

  async #compare(): Promise<StoryEnd> {
    const labels = this.#looks.flatMap(({ atUs }) => whos.map((who) => ({ ...who, atUs })));
    const available = await this.#world.train(labels, Mode.AVAILABLE);
    const eventTime = await this.#world.train(labels, Mode.EVENT_TIME);
    const gaps = await this.#engines.offlineCatalog.onlineGaps();
    const naive = await this.#events.naive();
    const compared: Compared[] = [];
    let leftOut = 0;
    let inGaps = 0n;
    labels.forEach(({ atUs, user, device }, label) => {
      const look = this.#looks[Math.floor(label / whos.length)]!;
      const isInGap = gaps.some((gap) => contains(gap, atUs));
      if (isInGap) inGaps++;
      storyViews.forEach((view, v) => {
        if (isInGap || look.isFresh[v] !== true) return void leftOut++;
        compared.push({
          at: instantText(atUs),
          who: `${user}/${device}`,
          view,
          serving: look.answers[label % whos.length]![v]!,
          available: available.answers[label]![v]!,
          eventTime: eventTime.answers[label]![v]!,
          naive: naive({ user, device }, view, atUs),
        });
      });
    });
    const expected = this.#pushes === 0 ? 0n : inGaps;
    return {
      compared,
      leftOut,
      unavailable: this.#unavailable,
      otherStamps: await this.#otherStamps(gaps),
      rowsInGaps: [available.receipt.rowsInGaps, expected],
    };
  }

  async #otherStamps(gaps: readonly OnlineGap[]): Promise<string[]> {
    const { ingestLog } = this.#engines;
    const recorded = new Set<string>();
    const text = (...parts: readonly unknown[]) => parts.join("/");
    for (const { partition, head } of await ingestLog.progress())
      for (const row of await ingestLog.read(partition, 0n, Number(head)))
        recorded.add(text(row.viewId, row.eventTimeUs, row.availableTimeUs));
    return this.#looks
      .filter(({ atUs }) => !gaps.some((gap) => contains(gap, atUs)))
      .flatMap(({ atUs, times }) =>
        pushedViews.flatMap((view) =>
          times
            .map((row) => row[storyViews.indexOf(view)]!)
            .filter(([, availableUs]) => availableUs !== 0n)
            .filter((pair) => !recorded.has(text(this.#world.view(view).id, ...pair)))
            .map((pair) => text(instantText(atUs), view, ...pair)),
        ),
      );
  }

  #pass(units: number): Promise<void> {
    return this.#engines.advance(units * this.#engines.unitMs);
  }

  /** No two steps share an instant. */
  async #tick(): Promise<void> {
    await this.#engines.quiet();
    await this.#engines.advance(tickMs);
    await this.#engines.quiet();
  }
}

function contains({ fromUs, toUs }: OnlineGap, atUs: bigint): boolean {
  return fromUs <= atUs && (toUs === undefined || atUs <= toUs);
}
