import type { DatabaseLimits } from "../wire/job.ts";
import { quoteText } from "./quote-text.ts";

/** Statements that close a fresh database off: these files, this much memory, nothing else, and no way back. */
export function databaseSettings(limits: DatabaseLimits, paths: readonly string[]): string[] {
  const allowed = paths.map(quoteText).join(", ");
  return [
    "SET TimeZone = 'UTC'",
    `SET memory_limit = ${quoteText(`${limits.memoryLimitBytes}B`)}`,
    `SET threads = ${quoteText(String(limits.threads))}`,
    `SET temp_directory = ${quoteText(limits.tempDirectory)}`,
    `SET max_temp_directory_size = ${quoteText(`${limits.tempDirectoryBytesMax}B`)}`,
    "SET autoinstall_known_extensions = false",
    "SET autoload_known_extensions = false",
    "SET allow_community_extensions = false",
    "SET preserve_insertion_order = true",
    "SET enable_progress_bar = false",
    // It would pick rows with `arg_min`, which turns -0 within lists into 0.
    "SET disabled_optimizers = 'top_n_window_elimination'",
    // Else what a job gave back stays with the process while the next one takes as much again.
    "SET allocator_background_threads = true",
    `SET allowed_paths = [${allowed}]`,
    "SET enable_external_access = false",
    "SET lock_configuration = true",
  ];
}
