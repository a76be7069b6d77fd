// SPDX-License-Identifier: MIT
#include "cli/server/feed.h"

#include "core/event/names.h"
#include "core/log/encoding.h"

namespace reactortrack::cli::server {

namespace {

// As log::open() tells the two apart. A zero: a recording before its first byte.
bool is_rtlog(std::span<const std::byte> bytes) {
  if (bytes.empty()) return false;
  const auto first = static_cast<unsigned char>(bytes.front());
  return first == log::kMagic[0] || first == 0;
}

}  // namespace

Feed::Feed(RecordingFile* file) : file_(*file), is_json_(!is_rtlog(file->bytes())) {
  const bool has_writer = !is_stream() && file_.is_being_written();
  take_in();
  if (!is_stream() && !has_writer && !has_ended_) {
    has_ended_ = true;
    whole_bytes_ = file_.bytes().size();
  }
}

bool Feed::advance() {
  if (has_ended_) return false;
  const std::size_t before = whole_bytes_;
  if (is_stream()) {
    const bool is_at_end = !file_.read_more();
    take_in();
    has_ended_ = has_ended_ || is_at_end;
  } else {
    // Asked before reading: what the last writer leaves is seen after it has gone.
    const bool has_writer = file_.is_being_written();
    if (!is_where_it_was()) {
      while (file_.read_more()) {
      }
      take_in();
    }
    has_ended_ = has_ended_ || !has_writer;
  }
  if (has_ended_) whole_bytes_ = file_.bytes().size();
  return has_ended_ || whole_bytes_ != before;
}

// The byte after the last whole record is still zero. A reader would also look through all that is
// allocated behind it, for a part that was not stored.
bool Feed::is_where_it_was() const {
  const log::Source& source = file_.source();
  const auto bytes = file_.bytes();
  return source.ending() == log::Ending::kTruncated && source.torn_bytes() == 0 && !is_json_ &&
         source.position() < bytes.size() &&
         bytes[static_cast<std::size_t>(source.position())] == std::byte{0};
}

void Feed::take_in() {
  event::Event event;
  while (file_.next_here(&event)) {
    time_ns_ = event.time_ns;
    if (static_cast<std::uint8_t>(event::kind_of(event.body)) >= event::kFirstTimedKind)
      ++event_count_;
  }
  const log::Source& source = file_.source();
  // After any JSON line there may be another one.
  has_ended_ = source.ending() == log::Ending::kError ||
               (!is_json_ && source.ending() == log::Ending::kComplete);
  // Behind the last whole record of a file lies what is being written. A stream has no such place.
  const bool all = has_ended_ || is_json_ || is_stream();
  whole_bytes_ = all ? file_.bytes().size() : static_cast<std::size_t>(source.position());
}

}  // namespace reactortrack::cli::server
