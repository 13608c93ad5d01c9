/** What tests and benches that run Feast install from PyPI, for `pythonEnvironment`: one set, so that it is made once. */
export const feastPythonPackages: readonly string[] = ["feast[redis]==0.67.0", "grpcio==1.85.1"];
