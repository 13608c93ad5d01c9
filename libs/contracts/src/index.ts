export * from "./gen/timewell/ingestion/v1/erase_pb.ts";
export * from "./gen/timewell/ingestion/v1/ingestion_pb.ts";
export * from "./gen/timewell/ingestion/v1/quarantine_pb.ts";
export * from "./gen/timewell/registry/v1/registry_pb.ts";
export * from "./gen/timewell/registry/v1/snapshot_pb.ts";
export * from "./gen/timewell/retrieval/v1/retrieval_pb.ts";
export * from "./gen/timewell/serving/v1/serving_pb.ts";
export * from "./gen/timewell/types/v1/access_pb.ts";
export * from "./gen/timewell/types/v1/definitions_pb.ts";
export * from "./gen/timewell/types/v1/error_pb.ts";
export * from "./gen/timewell/types/v1/log_position_pb.ts";
export * from "./gen/timewell/types/v1/status_pb.ts";
export * from "./gen/timewell/types/v1/value_pb.ts";

// Feast's public interface for online reads; its names are too general to stand alone.
export * as feastServing from "./gen/feast/serving/serving_service_pb.ts";
export * as feastTypes from "./gen/feast/types/value_pb.ts";

// The public gRPC interfaces; reflection has two versions with equal names.
export * as grpcHealthV1 from "./gen/grpc/health/v1/health_pb.ts";
export * as grpcReflectionV1 from "./gen/grpc/reflection/v1/reflection_pb.ts";
export * as grpcReflectionV1alpha from "./gen/grpc/reflection/v1alpha/reflection_pb.ts";
