import nx from "@nx/eslint-plugin";
import prettier from "eslint-config-prettier";
import tseslint from "typescript-eslint";

/** What each layer may import: pure ← contract ← domain ← adapter ← app. */
const allowedLayers = {
  "layer:pure": ["layer:pure"],
  "layer:contract": ["layer:pure", "layer:contract"],
  "layer:domain": ["layer:pure", "layer:contract", "layer:domain"],
  // No adapter imports another one.
  "layer:adapter": ["layer:pure", "layer:contract", "layer:domain"],
  "layer:testing": ["layer:pure", "layer:contract", "layer:domain", "layer:testing"],
  "layer:app": ["layer:pure", "layer:contract", "layer:domain", "layer:adapter", "layer:app"],
  "layer:tool": ["*"],
  "layer:example": ["*"],
};

/** Tests may use the engine suites and the private test servers besides. */
const testLayers = ["layer:testing", "layer:tool"];

function boundaries(extraLayers) {
  const layers = Object.entries(allowedLayers).map(([sourceTag, allowed]) => ({
    sourceTag,
    onlyDependOnLibsWithTags: [...allowed, ...extraLayers],
  }));
  // Only the composer (apps/standalone) imports other apps.
  const apps = { sourceTag: "app:single", notDependOnLibsWithTags: ["layer:app"] };
  const options = { allow: [], enforceBuildableLibDependency: false, depConstraints: [...layers, apps] };
  return { "@nx/enforce-module-boundaries": ["error", options] };
}

const testFiles = ["**/*.test.ts", "**/*.testdata.ts"];

export default tseslint.config(
  {
    ignores: ["**/node_modules/", "**/out/", "**/dist/", "**/.timewell/", ".nx/", "**/src/gen/", "python/"],
  },
  { linterOptions: { reportUnusedDisableDirectives: "error" } },
  {
    files: ["**/*.ts"],
    extends: [tseslint.configs.recommended],
    plugins: { "@nx": nx },
    languageOptions: {
      parserOptions: { project: ["./tsconfig.json"], tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      "@typescript-eslint/no-floating-promises": ["error", { ignoreVoid: true }],
      "@typescript-eslint/no-misused-promises": ["error", { checksVoidReturn: { arguments: false } }],
      "@typescript-eslint/await-thenable": "error",
      "@typescript-eslint/switch-exhaustiveness-check": [
        "error",
        { considerDefaultExhaustiveForUnions: true },
      ],
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_" }],
      eqeqeq: "error",
      ...boundaries([]),
    },
  },
  { files: testFiles, rules: boundaries(testLayers) },
  prettier,
);
