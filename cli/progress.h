// SPDX-License-Identifier: MIT
//
// One line on stderr that says how far a long job is. It appears after a second, only on a
// terminal, and is wiped away at the end.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace reactortrack::cli {

class Progress {
 public:
  explicit Progress(std::string what);
  ~Progress() { clear(); }
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  // Call as often as you like: most calls only count. `total` 0: not known.
  void tick(std::uint64_t done, std::uint64_t total) {
    if ((++ticks_ & kTicksBetweenLooks) == 0) look(done, total);
  }
  void clear();

 private:
  static constexpr std::uint32_t kTicksBetweenLooks = (1 << 14) - 1;
  void look(std::uint64_t done, std::uint64_t total);

  std::string what_;
  bool wanted_;
  bool shown_ = false;
  std::uint32_t ticks_ = 0;
  std::chrono::steady_clock::time_point next_look_;
};

}  // namespace reactortrack::cli
