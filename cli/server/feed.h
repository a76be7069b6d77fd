// SPDX-License-Identifier: MIT
//
// Feed: a recording as the page is sent it, whole records at a time and more as they come. It ends
// when the recording has: at its end marker, at bytes that cannot be read, at the end of a stream,
// or when a file without end marker is open for writing in no process any more.
//
// A recorder fills a mapping of its file, which changes neither the file's size nor tells inotify:
// what is new shows only by reading on.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "cli/recording_file.h"

namespace reactortrack::cli::server {

class Feed {
 public:
  // Reads what is there already. `file` must outlive the feed.
  explicit Feed(RecordingFile* file);

  // Takes in what has come since; true when there is more in bytes(), or it has ended. Waits only
  // when it is a stream of which nothing has come.
  bool advance();

  // What may be sent so far. Void after advance().
  std::span<const std::byte> bytes() const { return file_.bytes().first(whole_bytes_); }
  bool has_ended() const { return has_ended_; }
  bool is_stream() const { return file_.is_stream(); }
  bool is_json() const { return is_json_; }
  // Nothing of it can be shown: report() says why.
  bool is_unreadable() const {
    return file_.source().ending() == log::Ending::kError && event_count_ == 0;
  }

  // Says on stderr how it ended, and what is wrong with it; see report_ending().
  int report() const { return report_ending(file_, event_count_, time_ns_); }

  const RecordingFile& file() const { return file_; }

 private:
  void take_in();
  bool is_where_it_was() const;

  RecordingFile& file_;
  bool is_json_;
  bool has_ended_ = false;
  std::size_t whole_bytes_ = 0;
  std::uint64_t event_count_ = 0;
  std::int64_t time_ns_ = 0;
};

}  // namespace reactortrack::cli::server
