// SPDX-License-Identifier: MIT
//
// Sink: the recording as a growing file, or as a ring of segments. Events are encoded straight into
// a shared mapping of it, so what was written before a kill -9 is in the file.
//
// A file grows by extents that are allocated before they are mapped; when the disk is full, the
// program goes on, what is lost is counted, and the recording ends with a `lost` record. A ring goes
// to its next segment, which repeats all definitions so far; when it can't, it tries again now and
// then. After a fork the child's Sink is `stale`: it must not write into the parent's mapping, and
// opens a file of its own with the next event. All calls hold the GIL.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/log/writer.h"
#include "recorder/platform.h"
#include "recorder/ring.h"

namespace reactortrack::recorder {

// app.rtlog, "dump-2" -> app.dump-2.rtlog
std::string marked_path(const std::string& path, const std::string& mark);
// What an error of the system means for a recording.
event::LostReason reason_of(int problem);

class Sink {
 public:
  // Told of each segment after the first, when it has begun and nothing stands in it yet.
  class Listener {
   public:
    virtual ~Listener() = default;
    // The segment before is full, and still there.
    virtual void segment_ends() = 0;
    // The serials that were given so far: fill in the numbers of `segment`.
    virtual void describe(event::Segment* segment) = 0;
    virtual void segment_begins() = 0;
  };

  // Creates the recording: without a path in memory, else at `path`, or, where a file is there already, at `path` with the process
  // id (and a number) before its suffix. `ring_bytes`: keep the newest events only, in segments that
  // take no more than this; 0: all of them, in one file. False with `*error` set when that fails.
  bool open(const std::string& path, std::uint64_t ring_bytes, std::string* error);
  void set_listener(Listener* listener) { listener_ = listener; }
  // Writes what is left to say, cuts the file to its size and closes it.
  void close(event::EndReason reason);
  // Lets go of the parent's file without touching it: in the child of a fork.
  void abandon();

  bool is_open() const { return fd_ >= 0; }
  bool is_ring() const { return is_ring_; }
  int file() const { return fd_; }
  // Of the file, or the segment, that is being written.
  std::uint64_t size_bytes() const { return window_offset_ + writer_.written(); }
  std::uint64_t segment_bytes() const { return ring_.segment_bytes(); }
  const std::string& path() const { return path_; }
  std::uint64_t lost_count() const { return lost_; }
  // What was wrong with the file, in words; empty for nothing. Known at the end.
  const std::string& trouble() const { return trouble_; }
  // Counts up with each recording this process opens. Ids are valid within one generation.
  std::uint32_t generation() const { return generation_; }
  // Counts up with each segment and each recording: what was told in another one is to be told again.
  std::uint32_t segment() const { return segment_; }
  // Counts up when all definitions are void.
  std::uint32_t definitions() const { return definitions_; }

  template <class Kind>
  void write(const Kind& kind) {
    write_at(clock_.now_ns(), kind);
  }
  template <class Kind>
  void write_at(std::int64_t time_ns, const Kind& kind) {
    if (!writer_.write(time_ns, kind)) [[unlikely]] {
      if (!extend() || !writer_.write(time_ns, kind)) {
        ++lost_;
        return;
      }
    }
    ++event_count_;
  }
  // In the moment of the event before: nothing of the program has run since. A look at the clock
  // costs more than all else of an event (13 ns, where encoding takes 5).
  template <class Kind>
  void write_at_once(const Kind& kind) {
    write_at(0, kind);  // a clock that is behind writes no time
  }
  // The same if something was written after there were `count` events.
  template <class Kind>
  void write_after(std::uint64_t count, const Kind& kind) {
    write_at(event_count_ != count ? 0 : clock_.now_ns(), kind);
  }
  std::uint64_t event_count() const { return event_count_; }
  template <class Kind>
  auto define(const Kind& kind) {
    const unsigned char* from = writer_.at();
    auto id = writer_.define(kind);
    if (event::number(id) == 0 && extend()) {
      from = writer_.at();
      id = writer_.define(kind);
    }
    if (is_ring_) remember(from);
    return id;
  }
  // A text that is used once: later segments have only its number.
  event::StringId define_once(const event::String& text);
  void info(std::string_view key, std::string_view value);

  std::int64_t now_ns() { return clock_.now_ns(); }
  const char* clock_source() const { return clock_.source(); }

  // ---- Flight recorder --------------------------------------------------------------------------

  // To be called where time does not matter, with no event half made: makes the next segment ready
  // when the present one is half full, and ends dumps whose time has come.
  void tend();
  // Keeps what happened from `before_s` seconds ago until `after_s` seconds from now, in a file, or
  // a directory of segments, at `path`; where one is already, and without a path, under a free name
  // beside it. Returns where, or "" with `*error`.
  std::string dump(const std::string& path, double before_s, double after_s, std::string* error);

 private:
  struct Dump {
    std::string directory;
    std::int64_t until_ns = 0;
  };

  // Kept free at the end of every extent and segment, for the `lost` and `end` records.
  static constexpr std::size_t kTailBytes = 3 * log::kMaxRecordBytes;

  // Makes more pages of the mapping ready, maps the next extent, or goes to the next segment. False
  // when the file can't grow: from then on events are lost.
  bool extend();
  // The Writer goes on at `offset` in the mapping, as far as its pages are ready.
  void open_window(std::size_t offset);
  // False when the mapping is full.
  bool widen_window();
  bool extend_file();
  bool next_segment();
  bool prepare_segment();
  void begin_segment();
  void copy_definitions();
  // The record that was written from here on is repeated in every segment.
  void remember(const unsigned char* from);
  void finish_segment();
  void define_anew();
  void link_last();
  void end_dumps(std::int64_t now_ns);
  void fail(event::LostReason reason);
  void find_trouble();
  void unmap();
  static void on_cut(void* self);

  log::Writer writer_;
  platform::Clock clock_;
  std::string path_;
  int fd_ = -1;
  std::byte* map_ = nullptr;  // the mapped extent, or segment
  std::size_t map_size_ = 0;
  std::size_t map_ready_ = 0;        // bytes of it that the Writer may have
  std::uint64_t map_offset_ = 0;     // its place in the file
  std::uint64_t window_offset_ = 0;  // place in the file of the Writer's window
  std::uint64_t file_size_ = 0;      // allocated
  std::uint64_t lost_ = 0;
  std::uint64_t lost_told_ = 0;  // of them, in a `lost` record
  std::uint64_t event_count_ = 0;
  event::LostReason lost_reason_ = event::LostReason::kFile;
  bool failed_ = false;
  volatile bool was_cut_ = false;  // somebody made the file shorter; set in a signal handler
  std::string trouble_;
  std::uint32_t generation_ = 0;
  std::uint32_t segment_ = 0;
  std::uint32_t definitions_ = 0;

  bool is_ring_ = false;
  Ring ring_;
  Ring::Open current_;
  Listener* listener_ = nullptr;
  std::string defined_;              // all definitions of the recording, as they were written
  std::size_t defined_in_next_ = 0;  // of them, bytes in the segment that was made ready
  std::int64_t segment_began_ns_ = 0;
  std::int64_t retry_ns_ = 0;  // after a failure: when to try again
  std::vector<Dump> dumps_;    // that wait for their end
};

}  // namespace reactortrack::recorder
