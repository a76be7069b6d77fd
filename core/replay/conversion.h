// SPDX-License-Identifier: MIT
//
// Conversion: JSON lines as a recording in memory, so that what follows reads one format. Definitions
// keep their numbers: texts can be looked up with the lines' own Source.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "core/event/event.h"
#include "core/log/reader.h"
#include "core/log/source.h"
#include "core/log/writer.h"

namespace reactortrack::replay {

class Conversion {
 public:
  // `lines` must outlive it.
  explicit Conversion(log::Source* lines);

  log::Reader& reader() { return reader_; }
  // Converts up to this many more events; false when there is nothing more.
  bool convert(std::uint64_t max_events);

 private:
  void write(const event::Event& event);
  void make_room();
  std::span<const std::byte> written() const;

  static constexpr std::size_t kFirstBytes = 1 << 16;

  log::Source& lines_;
  std::vector<std::byte> memory_;
  std::size_t before_window_ = 0;
  log::Writer writer_;
  log::Reader reader_;
};

}  // namespace reactortrack::replay
