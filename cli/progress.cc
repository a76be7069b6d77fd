// SPDX-License-Identifier: MIT
#include "cli/progress.h"

#include <unistd.h>

#include <cstdio>

#include "cli/terminal.h"
#include "core/text/text.h"

namespace reactortrack::cli {

using text::size_text;

namespace {
constexpr std::chrono::milliseconds kPatience{1000};
constexpr std::chrono::milliseconds kBetweenUpdates{100};
}  // namespace

// When the output itself goes to a terminal, it is the progress.
Progress::Progress(std::string what)
    : what_(std::move(what)),
      wanted_(is_terminal(STDERR_FILENO) && !is_terminal(STDOUT_FILENO)),
      next_look_(std::chrono::steady_clock::now() + kPatience) {}

void Progress::look(std::uint64_t done, std::uint64_t total) {
  if (!wanted_) return;
  const auto now = std::chrono::steady_clock::now();
  if (now < next_look_) return;
  next_look_ = now + kBetweenUpdates;
  shown_ = true;
  if (total == 0) {
    std::fprintf(stderr, "\r%s: %s\x1b[K", what_.c_str(), size_text(done).c_str());
  } else {
    const double percent = 100.0 * static_cast<double>(done) / static_cast<double>(total);
    std::fprintf(stderr, "\r%s: %.0f %% of %s\x1b[K", what_.c_str(), percent,
                 size_text(total).c_str());
  }
  std::fflush(stderr);
}

void Progress::clear() {
  if (shown_) std::fputs("\r\x1b[K", stderr);
  shown_ = false;
}

}  // namespace reactortrack::cli
