import { readFileSync } from "node:fs";

/** Self time of one function. */
export interface SelfTime {
  readonly name: string;
  /** Where it stands; empty for what V8 itself provides. */
  readonly url: string;
  readonly line: number;
  /** The file of the nearest caller that has one: a native function counts for who called it. */
  readonly owner: string;
  readonly us: number;
}

interface ProfileNode {
  readonly id: number;
  readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number };
  readonly children?: readonly number[];
}

interface Profile {
  readonly nodes: readonly ProfileNode[];
  readonly startTime: number;
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

/**
 * Sums up the self time of every function of a `.cpuprofile` between two instants of the monotonic clock, µs; waiting is left
 * out. The longest come first.
 */
export function selfTimes(file: string, fromUs: number, toUs: number): SelfTime[] {
  const profile = JSON.parse(readFileSync(file, "utf8")) as Profile;
  const nodes = new Map(profile.nodes.map((node) => [node.id, node]));
  const owners = ownersOf(profile.nodes, nodes);
  const found = new Map<string, { -readonly [Key in keyof SelfTime]: SelfTime[Key] }>();
  let atUs = profile.startTime;
  profile.samples.forEach((id, i) => {
    const spent = profile.timeDeltas[i]!;
    atUs += spent;
    const { functionName, url, lineNumber } = nodes.get(id)!.callFrame;
    if (atUs < fromUs || atUs > toUs || functionName === "(idle)") return;
    const owner = owners.get(id)!;
    const key = `${functionName} ${url} ${lineNumber} ${owner}`;
    const known = found.get(key);
    if (known !== undefined) known.us += spent;
    else found.set(key, { name: functionName || "(anonymous)", url, line: lineNumber + 1, owner, us: spent });
  });
  return [...found.values()].sort((a, b) => b.us - a.us);
}

function ownersOf(all: readonly ProfileNode[], nodes: ReadonlyMap<number, ProfileNode>): Map<number, string> {
  const owners = new Map<number, string>();
  const visit = (node: ProfileNode, inherited: string): void => {
    const owner = node.callFrame.url === "" ? inherited : node.callFrame.url;
    owners.set(node.id, owner);
    for (const child of node.children ?? []) visit(nodes.get(child)!, owner);
  };
  if (all[0] !== undefined) visit(all[0], "");
  return owners;
}
