/**
 * What it takes to generate, check, test and build python/timewell; pinned, and one set, so that it is made once. The generator is
 * not the newest: its code runs with every protobuf from 6.31.1 and every grpcio from 1.76.0 on, which python/timewell/pyproject.toml says.
 */
export const timewellPythonPackages: readonly string[] = [
  "grpcio-tools==1.76.0",
  "grpcio==1.85.1",
  "protobuf==6.33.6",
  "pyarrow==25.0.1",
  "pandas==3.1.1",
  "polars==2.1.0",
  "tqdm==4.70.1",
  "mlflow==3.17.2",
  "scikit-learn==1.9.1",
  "nbclient==0.11.0",
  "ipykernel==7.4.0",
  "hatchling==1.33.0",
  "mypy==2.4.1",
  "pytest==9.2.0",
  "ruff==0.17.6",
  "pandas-stubs==3.1.0.261029",
  "types-grpcio==1.85.0.20261028",
  "types-protobuf==6.32.1.20260221",
  "types-tqdm==4.70.0.20261106",
];
