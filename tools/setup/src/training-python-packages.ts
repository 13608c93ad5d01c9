/**
 * What the training bench installs from PyPI: what our Python client needs and the peers that share a process with nothing else.
 * DuckDB is the version that the server's engine has.
 */
export const trainingPythonPackages: readonly string[] = [
  "duckdb==1.5.6",
  "grpcio==1.85.1",
  "numpy==2.4.6",
  "pandas==3.1.1",
  "polars==2.1.0",
  "protobuf==7.36.2",
  "pyarrow==26.0.1",
];

/** Feast with both of its local stores, as the training bench compares it; on the same DuckDB. */
export const feastDuckdbPythonPackages: readonly string[] = ["feast[duckdb]==0.67.0", "duckdb==1.5.6"];
