import { findBinary } from "@timewell/setup";
import { expect, test } from "vitest";
import { PythonWorker } from "./python-worker.ts";

const echo = `
import json, sys, time
for line in sys.stdin:
    question = json.loads(line)
    if question["do"] == "end": sys.exit("it had enough")
    if question["do"] == "wait": time.sleep(60)
    print(json.dumps({"error": "a reason"} if question["do"] == "fail" else question), flush=True)
`;

function worker(): PythonWorker {
  return new PythonWorker(findBinary("python3")!, ["-c", echo], {});
}

test("PythonWorker asks one question after another, and throws what the program says", async () => {
  await using python = worker();
  for (let i = 0; i < 20; i++) expect(await python.ask({ do: "say", i }, 10_000)).toEqual({ do: "say", i });
  await expect(python.ask({ do: "fail" }, 10_000)).rejects.toThrow("a reason");
  expect(await python.ask({ do: "say" }, 10_000)).toEqual({ do: "say" });
});

test("PythonWorker throws the last words of a program that ends, and does not wait for ever", async () => {
  await using ending = worker();
  await expect(ending.ask({ do: "end" }, 10_000)).rejects.toThrow("its process ended: it had enough");
  await using waiting = worker();
  await expect(waiting.ask({ do: "wait" }, 200)).rejects.toThrow("it did not answer within 0.2 s");
});
