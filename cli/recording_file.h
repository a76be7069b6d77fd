// SPDX-License-Identifier: MIT
//
// A recording that is being read: a file, mapped, or a stream (standard input, a pipe), whose
// events are handed out as its bytes arrive. Either can be followed while it is still written. A
// directory of segments, as a flight recorder leaves it, is read as one recording, as it is now.
//
//   std::string error;
//   std::unique_ptr<RecordingFile> file = RecordingFile::open("app.rtlog", &error);
//   if (!file) return fail(error);
//   while (file->next(&event)) ...
//   return finish_reading(*file, model);
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "cli/progress.h"
#include "core/event/event.h"
#include "core/log/source.h"
#include "core/replay/model.h"

namespace reactortrack::cli {

class RecordingFile {
 public:
  // "-" is standard input. Null, with a sentence in `error`, when it cannot be opened.
  static std::unique_ptr<RecordingFile> open(const std::string& path, std::string* error);
  ~RecordingFile();
  RecordingFile(const RecordingFile&) = delete;
  RecordingFile& operator=(const RecordingFile&) = delete;

  // Waits for more of a stream. Shows progress when it takes long and stderr is a terminal.
  bool next(event::Event* event);
  // The next of those that are here already: never waits.
  bool next_here(event::Event* event);
  // From the first event again. A stream is kept in memory, so this works for it too.
  void restart();

  // For a recording that is still written. A stream: waits for its next bytes and takes them in;
  // false at its end. A file: takes in what was added to it; false when its size is the same (a
  // recorder grows a file by large steps and fills them: next_here() tells).
  bool read_more();
  bool is_stream() const { return mapped_.empty(); }
  // Segments of a ring, made into one recording when it was opened.
  bool is_joined() const { return !joined_.empty(); }
  int fd() const { return fd_; }
  // Whether a process has the file open for writing, as far as the system tells.
  bool is_being_written() const;

  // All bytes that are here. Void after read_more() and next().
  std::span<const std::byte> bytes() const {
    return mapped_.empty() ? std::span<const std::byte>(buffer_.get(), filled_) : mapped_;
  }

  const log::Source& source() const { return *source_; }
  // For messages: its path, or "standard input".
  const std::string& name() const { return name_; }
  std::uint64_t size_bytes() const { return bytes().size(); }
  // Why a stream broke off; empty when it did not.
  const std::string& read_error() const { return read_error_; }
  // What could not be read of a ring's segments.
  const std::vector<std::string>& segment_errors() const { return segment_errors_; }

 private:
  RecordingFile(std::string name, int fd);
  bool map(std::string* error);
  bool join_directory(std::string* error);
  void join_segment();
  bool map_more();
  void release_read_pages();

  static constexpr std::size_t kFirstBuffer = 1 << 16;
  static constexpr std::size_t kReleasedAtOnce = 1 << 20;

  std::string name_;
  int fd_;
  bool at_end_ = false;  // nothing more will come
  std::span<const std::byte> mapped_;
  std::size_t released_ = 0;  // of the mapping, from its start: not in this process's memory
  std::vector<std::byte> joined_;
  std::vector<std::string> segment_errors_;
  std::unique_ptr<std::byte[]> buffer_;
  std::size_t filled_ = 0;
  std::size_t capacity_ = 0;
  std::unique_ptr<log::Source> source_;
  std::string read_error_;
  Progress progress_;
};

// Says on stderr how the recording ended, and what is wrong with it:
//   app.rtlog: complete, 1,234 events in 3.211 s
//   reactortrack: app.rtlog, byte 81920: event kind 77 is unknown; written by a newer version?
// Returns the exit status: 0, or 1 after an error.
int report_ending(const RecordingFile& file, std::uint64_t event_count, std::int64_t duration_ns);

// Ends a command that has read all of a recording and printed what it had to say. Returns its exit
// status.
int finish_reading(const RecordingFile& file, const replay::Model& model);

// The same as words for JSON: "complete", "truncated", "error", or "open" when reading stopped
// early.
std::string ending_word(const log::Source& source);
// "12 events lost, 1,234 older events not kept", or nothing.
std::string missing_text(const log::Source& source);
// "byte 81920" or "line 7".
std::string place_text(const log::Error& error);

}  // namespace reactortrack::cli
