// SPDX-License-Identifier: MIT
#include <cerrno>
#include <cstdio>
#include <cstring>

#include "cli/command.h"
#include "cli/recording_file.h"

namespace reactortrack::cli {

int fail(const std::string& message, int status) {
  std::fprintf(stderr, "reactortrack: %s\n", message.c_str());
  return status;
}

int finish_output(int status) {
  if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0) return status;
  if (errno == EPIPE) return kFailure;  // whoever read it has had enough
  return fail(std::string("standard output: ") + std::strerror(errno));
}

int finish_reading(const RecordingFile& file, const replay::Model& model) {
  const int written = finish_output(kSuccess);
  const int read = report_ending(file, model.event_count(), model.time_ns());
  return written != kSuccess ? written : read;
}

}  // namespace reactortrack::cli
