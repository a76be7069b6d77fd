// SPDX-License-Identifier: MIT
//
// Sink: the recording as a growing file. Events are encoded straight into a shared mapping of it,
// so what was written before a kill -9 is in the file.
//
// The file grows by extents that are allocated before they are mapped; when the disk is full, the
// program goes on, what is lost is counted, and the recording ends with a `lost` record. After a
// fork the child's Sink is `stale`: it must not write into the parent's mapping, and opens a file of
// its own with the next event. All calls hold the GIL.
#pragma once

#include <cstdint>
#include <string>

#include "core/log/writer.h"
#include "recorder/platform.h"

namespace reactortrack::recorder {

class Sink {
 public:
  // Creates the recording: without a path in memory, else at `path`, or, where a file is there already, at `path` with the process
  // id (and a number) before its suffix. False with `*error` set when that fails.
  bool open(const std::string& path, std::string* error);
  // Writes what is left to say, cuts the file to its size and closes it.
  void close(event::EndReason reason);
  // Lets go of the parent's file without touching it: in the child of a fork.
  void abandon();

  bool is_open() const { return fd_ >= 0; }
  int file() const { return fd_; }
  std::uint64_t size_bytes() const { return window_offset_ + writer_.written(); }
  const std::string& path() const { return path_; }
  std::uint64_t lost_count() const { return lost_; }
  // Counts up with each recording this process opens. Ids are valid within one generation.
  std::uint32_t generation() const { return generation_; }

  template <class Kind>
  void write(const Kind& kind) {
    write_at(clock_.now_ns(), kind);
  }
  template <class Kind>
  void write_at(std::int64_t time_ns, const Kind& kind) {
    if (writer_.write(time_ns, kind)) [[likely]]
      return;
    if (!extend() || !writer_.write(time_ns, kind)) ++lost_;
  }
  template <class Kind>
  auto define(const Kind& kind) {
    auto id = writer_.define(kind);
    if (event::number(id) == 0 && extend()) id = writer_.define(kind);
    return id;
  }
  void info(std::string_view key, std::string_view value) {
    if (!writer_.info(key, value) && extend()) writer_.info(key, value);
  }

  std::int64_t now_ns() { return clock_.now_ns(); }
  const char* clock_source() const { return clock_.source(); }

 private:
  // Maps the next extent. False when the file can't grow: from then on events are lost.
  bool extend();
  void fail(event::LostReason reason);
  void unmap();

  log::Writer writer_;
  platform::Clock clock_;
  std::string path_;
  int fd_ = -1;
  std::byte* map_ = nullptr;  // the mapped extent
  std::size_t map_size_ = 0;
  std::uint64_t map_offset_ = 0;     // its place in the file
  std::uint64_t window_offset_ = 0;  // place in the file of the Writer's window
  std::uint64_t file_size_ = 0;      // allocated
  std::uint64_t lost_ = 0;
  event::LostReason lost_reason_ = event::LostReason::kFile;
  bool failed_ = false;
  std::uint32_t generation_ = 0;
};

}  // namespace reactortrack::recorder
