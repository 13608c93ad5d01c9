import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, it } from "vitest";

it("the model in Python answers 0 and 1 for features far out, where exp() of Python raises", async () => {
  const program = `
from model_server.model import Model, Weight
model = Model(0.0, {"x": Weight(0.0, 1.0, 1.0)})
print([model.probability({"x": x}) for x in (-1e9, 0.0, 1e9)])`;
  const cwd = join(import.meta.dirname, "../python");
  const { stdout } = await promisify(execFile)("python3", ["-B", "-c", program], { cwd });
  expect(stdout).toBe("[0.0, 0.5, 1.0]\n");
});
