/** A panel of a Grafana dashboard, as far as tests look at it. */
export interface Panel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly description?: string;
  readonly datasource?: { readonly type: string; readonly uid: string };
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly targets?: readonly {
    readonly refId: string;
    readonly expr: string;
    readonly legendFormat: string;
  }[];
}

/** A Grafana dashboard, as far as tests look at it. */
export interface Dashboard {
  readonly uid: string;
  readonly title: string;
  readonly schemaVersion: number;
  readonly panels: readonly Panel[];
  readonly templating: {
    readonly list: readonly { readonly name: string; readonly type: string; readonly definition?: string }[];
  };
}

/** What Grafana would stumble over, in words. */
export function dashboardProblems({ uid, title, schemaVersion, panels, templating }: Dashboard): string[] {
  const problems: string[] = [];
  if (!/^[\w-]{1,40}$/.test(uid) || title === "") problems.push("uid or title");
  if (schemaVersion < 36) problems.push(`schemaVersion ${schemaVersion}`);
  const variables = new Set(templating.list.map(({ name }) => name));
  const builtIn = new Set(["__rate_interval", "__interval", "__range"]);
  const taken = new Map<string, string>();
  const ids = new Set<number>();
  for (const panel of panels) {
    const { gridPos: at, targets = [] } = panel;
    const where = `panel ${panel.title}`;
    if (ids.has(panel.id)) problems.push(`${where}: id ${panel.id} is taken`);
    ids.add(panel.id);
    if (at.x < 0 || at.x + at.w > 24) problems.push(`${where}: outside of the grid`);
    for (let x = at.x; x < at.x + at.w; x++)
      for (let y = at.y; y < at.y + at.h; y++) {
        const other = taken.get(`${x},${y}`);
        if (other !== undefined) problems.push(`${where}: over ${other}`);
        taken.set(`${x},${y}`, panel.title);
      }
    if (panel.type === "row") continue;
    if (!["timeseries", "heatmap", "stat"].includes(panel.type))
      problems.push(`${where}: type ${panel.type}`);
    if (panel.datasource?.uid !== "${datasource}") problems.push(`${where}: no variable data source`);
    if (panel.description === undefined) problems.push(`${where}: no description`);
    if (targets.length === 0) problems.push(`${where}: no query`);
    if (new Set(targets.map(({ refId }) => refId)).size !== targets.length) problems.push(`${where}: refIds`);
    for (const { expr } of targets)
      for (const [, name = ""] of expr.matchAll(/\$(\w+)/g))
        if (!variables.has(name) && !builtIn.has(name)) problems.push(`${where}: unknown variable ${name}`);
  }
  return [...new Set(problems)];
}
