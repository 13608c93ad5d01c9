import { timeText } from "../output/time-text.ts";

const dayUs = 86_400_000_000n;
const days = 14;
const users = ["ada", "alan", "grace", "linus"];

const features = `import { csvSource, double, entity, featureService, featureView, int64 } from "@timewell/define";

/** What the features describe, and the key by which they are found. */
export const user = entity({
  name: "user",
  joinKeys: { user_id: "string" },
  description: "A customer of the shop",
});

/** What a user bought on one day, known when the day is over. */
export const userDaily = featureView({
  name: "user_daily",
  entity: user,
  features: {
    orders: int64({ description: "Orders of the day" }),
    spent: double({ description: "Sum of the orders, EUR" }),
  },
  ttl: "30d",
  source: csvSource({ path: "data/user_daily.csv", eventTime: "event_timestamp" }),
});

/** What one version of a model reads: its inputs, in order. */
export const churnV1 = featureService({ name: "churn_v1", views: [userDaily] });
`;

const readme = `# A Timewell project

- \`features.ts\` defines an entity, a feature view and a feature service.
- \`data/user_daily.csv\` is the history of the view: ${days} days of ${users.length} users, up to the day of \`timewell init\`.
- \`data/labels.csv\` are label rows: a training set is made for them.
- \`timewell.config.json\` says which project this is; where the services are can stand there too.

Run all four services here, and apply \`features.ts\` whenever it changes (leave it running):

    timewell dev

In another terminal, fill the online store, read it, and make a training set:

    timewell materialize user_daily --from -30d --to now
    timewell get churn_v1 --key user_id=ada --times
    timewell train churn_v1 --labels data/labels.csv --out training.parquet
    timewell push user_daily --key user_id=ada --set orders=3 --set spent=41.5 --event-time now --wait online

\`timewell status\` shows how far everything is, \`timewell doctor\` what is wrong, \`timewell --help\` the rest.
`;

/** The files of a small working project, by path. Its history ends at the last midnight before `nowUs`. */
export function projectFiles(nowUs: bigint): ReadonlyMap<string, string> {
  const midnightUs = nowUs - (nowUs % dayUs);
  return new Map([
    ["features.ts", features],
    [
      "timewell.config.json",
      `${JSON.stringify({ project: "default", definitions: "features.ts" }, null, 2)}\n`,
    ],
    ["package.json", `${JSON.stringify({ private: true, type: "module" }, null, 2)}\n`],
    [".gitignore", ".timewell/\ntraining.*\n"],
    ["README.md", readme],
    ["data/user_daily.csv", dailyCsv(midnightUs)],
    ["data/labels.csv", labelsCsv(midnightUs)],
  ]);
}

function dailyCsv(midnightUs: bigint): string {
  const rows = users.flatMap((user, u) =>
    Array.from({ length: days }, (_, d) => {
      const orders = (u * 7 + d * 3) % 5;
      const spent = (orders * (12.5 + u * 3 + d)).toFixed(2);
      return [user, timeText(midnightUs - BigInt(days - 1 - d) * dayUs), orders, spent].join(",");
    }),
  );
  return `user_id,event_timestamp,orders,spent\n${rows.join("\n")}\n`;
}

function labelsCsv(midnightUs: bigint): string {
  const rows = users.flatMap((user, u) =>
    [2n, 5n].map((day) => [user, timeText(midnightUs - day * dayUs + dayUs / 2n), u % 2 === 0].join(",")),
  );
  return `user_id,event_timestamp,churned\n${rows.join("\n")}\n`;
}
