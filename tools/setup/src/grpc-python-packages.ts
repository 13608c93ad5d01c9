/** What tests need to make, check and run Python clients of gRPC services; pinned, because it decides what is generated. */
export const grpcPythonPackages: readonly string[] = [
  "grpcio==1.85.1",
  "grpcio-tools==1.85.1",
  "protobuf==7.36.2",
  "mypy==2.4.1",
  "types-grpcio==1.85.0.20261028",
  "types-protobuf==7.35.1.20260906",
];
