/** What the definitions of the schema changes are put together from; each change replaces one or two parts. */
export interface Parts {
  readonly userDaily: string;
  readonly userWeekly: string;
  readonly itemKeys: string;
  readonly about: string;
  readonly views: readonly string[];
  /** Request data and on-demand features of the service. */
  readonly computed: string;
  readonly more: string;
}

/** Where the changes begin. */
export const baseParts: Parts = {
  userDaily: "{ orders: int64(), spent: double() }",
  userWeekly: "{ visits: int64() }",
  itemKeys: '{ item_id: "int64" }',
  about: "",
  views: ["userDaily", 'itemStock.as("item")'],
  computed: "",
  more: "",
};

/** The definitions as a module for `timewell apply`. */
export function definitionsModule({
  userDaily,
  userWeekly,
  itemKeys,
  about,
  views,
  computed,
  more,
}: Parts): string {
  return `import { double, entity, featureService, featureView, int64, list } from "@timewell/define";

const user = entity({ name: "user", joinKeys: { user_id: "string" } });
const item = entity({ name: "item", joinKeys: ${itemKeys} });
void list;
export const userDaily = featureView({ name: "user_daily", entity: user, features: ${userDaily}, description: "${about}" });
export const userWeekly = featureView({ name: "user_weekly", entity: user, features: ${userWeekly} });
export const itemStock = featureView({ name: "item_stock", entity: item, features: { left_over: int64() } });
export const watch = featureService({ name: "watch_v1", views: [${views.join(", ")}], ${computed} description: "${about}" });
${more}
`;
}

/** Reads one row with each of the clients in the folders named on its command line, and prints what they see as JSON. */
export const readClientsTypescript = `import { toJson } from "@bufbuild/protobuf";
const [url, ...folders] = process.argv.slice(2);
const seen: Record<string, unknown> = {};
for (const folder of folders) {
  const { createWatchV1Client } = await import(\`./\${folder}/watch_v1_client.ts\`);
  const { RowSchema } = await import(\`./\${folder}/timewell/features/default/watch_v1/messages_pb.ts\`);
  const client = createWatchV1Client({ url, timeoutMs: 60_000 });
  const { rows } = await client.get([{ userId: "ada", itemId: 7n, price: 2 }]);
  seen[folder] = toJson(RowSchema, rows[0]);
  client.close();
}
console.log(JSON.stringify(seen));
`;

/** The same for one client in Python. */
export const readClientPython = `import dataclasses, importlib, json, sys
from google.protobuf.json_format import MessageToDict
url, folder = sys.argv[1:]
module = importlib.import_module(f"{folder}.watch_v1_client")
known = {field.name for field in dataclasses.fields(module.WatchV1Keys)}
keys = {"user_id": "ada", "item_id": 7, "price": 2}
with module.WatchV1Client(url, timeout_s=10) as client:
    answer = client.get([module.WatchV1Keys(**{name: keys[name] for name in known})])
print(json.dumps({folder: MessageToDict(answer.rows[0])}))
`;
