// SPDX-License-Identifier: MIT
//
// Sink, the flight recorder: from segment to segment of a ring, and dumps of it.
#include <atomic>
#include <cerrno>
#include <cstring>

#include "core/log/encoding.h"
#include "recorder/sink.h"

namespace reactortrack::recorder {
namespace {

constexpr std::int64_t kRetryNs = 200'000'000;

// Somebody made the segment shorter that was made ready; set in a signal handler.
volatile bool g_next_was_cut = false;
void on_next_cut(void*) { g_next_was_cut = true; }

// Bytes become visible together, as a record does: the first one last.
void publish(std::byte* to, const char* from, std::size_t size) {
  if (size == 0) return;
  std::memcpy(to + 1, from + 1, size - 1);
  std::atomic_ref<std::byte>(*to).store(std::byte(static_cast<unsigned char>(*from)),
                                        std::memory_order_release);
}

}  // namespace

// ---- The next segment -----------------------------------------------------------------------------

bool Sink::prepare_segment() {
  if (ring_.is_ready()) return true;
  if (const int problem = ring_.prepare(); problem != 0) {
    lost_reason_ = reason_of(problem);
    return false;
  }
  log::Writer header;
  header.set_window({ring_.ready_map(), log::kHeaderBytes});
  header.start(log::kSegmentFlag);
  defined_in_next_ = 0;
  copy_definitions();
  return true;
}

void Sink::copy_definitions() {
  if (log::kHeaderBytes + defined_.size() + kTailBytes > ring_.segment_bytes() / 2) return;
  publish(ring_.ready_map() + log::kHeaderBytes + defined_in_next_,
          defined_.data() + defined_in_next_, defined_.size() - defined_in_next_);
  defined_in_next_ = defined_.size();
}

bool Sink::next_segment() {
  const std::int64_t now = clock_.now_ns();
  if (now < retry_ns_) return false;
  bool is_whole = false;
  for (int attempt = 0; attempt < 2 && !is_whole && prepare_segment(); ++attempt) {
    g_next_was_cut = false;
    platform::guard_mapping(ring_.ready_map(), ring_.segment_bytes(), on_next_cut, nullptr);
    copy_definitions();
    is_whole = !g_next_was_cut;
    if (!is_whole) ring_.close();
  }
  if (is_whole && defined_in_next_ != defined_.size()) {  // they would fill it; tend() begins anew
    lost_reason_ = event::LostReason::kTooLarge;
    is_whole = false;
  }
  if (!is_whole) {
    if (map_ != nullptr) platform::guard_mapping(map_, map_size_, &Sink::on_cut, this);
    retry_ns_ = now + kRetryNs;
    return false;
  }
  const bool is_first = current_.fd < 0;
  if (!is_first) {
    if (listener_ != nullptr) listener_->segment_ends();
    finish_segment();
  }
  begin_segment();
  return true;
}

void Sink::begin_segment() {
  current_ = ring_.take();
  const bool is_first = event_count_ == 0;
  const bool lost_unknown = was_cut_;
  fd_ = current_.fd;
  map_ = current_.map;
  map_size_ = ring_.segment_bytes();
  map_offset_ = 0;
  was_cut_ = false;
  platform::guard_mapping(map_, map_size_, &Sink::on_cut, this);
  open_window(log::kHeaderBytes + defined_.size());
  writer_.go_on();
  ++segment_;
  segment_began_ns_ = is_first ? 0 : clock_.now_ns();
  event::Segment segment;
  segment.segment = current_.number;
  segment.events = event_count_;
  if (listener_ != nullptr && !is_first) listener_->describe(&segment);
  write_at(segment_began_ns_, segment);
  write_at(segment_began_ns_, event::Clock{platform::unix_ns()});
  if (lost_unknown) write_at(segment_began_ns_, event::Lost{0, event::LostReason::kFile});
  if (lost_ > lost_told_) {
    write_at(segment_began_ns_, event::Lost{lost_ - lost_told_, lost_reason_});
    lost_told_ = lost_;
  }
  if (listener_ != nullptr && !is_first) listener_->segment_begins();
}

void Sink::finish_segment() {
  const std::int64_t now = clock_.now_ns();
  const std::uint64_t used = size_bytes();
  writer_.set_window({});
  if (was_cut_) trouble_ = "a segment was made shorter by somebody while it was written";
  ring_.finish(current_, used, segment_began_ns_, now, was_cut_);
  current_ = Ring::Open();
  map_ = nullptr;
  link_last();
}

void Sink::link_last() {
  for (const Dump& dump : dumps_) ring_.link_last(dump.directory);
}

void Sink::tend() {
  if (!is_ring_ || fd_ < 0) return;
  const std::int64_t now = clock_.now_ns();
  if (!dumps_.empty()) end_dumps(now);
  const std::size_t whole = ring_.segment_bytes();
  // Definitions that would take much of each segment are forgotten: those still in use are written
  // anew when they are next met.
  if (defined_.size() > whole / 4) {
    define_anew();
  } else if (!ring_.is_ready() && size_bytes() > whole / 2 && now >= retry_ns_) {
    if (!prepare_segment()) retry_ns_ = now + kRetryNs;
  }
}

void Sink::define_anew() {
  ring_.close();
  std::string before;
  before.swap(defined_);
  if (!prepare_segment()) {
    before.swap(defined_);
    return;
  }
  ++definitions_;
  writer_.start_numbering();
  next_segment();
}

// ---- Dumps ------------------------------------------------------------------------------------------

namespace {

std::int64_t to_ns(double seconds) {
  constexpr double kMost = 9e9;
  if (!(seconds > 0)) return 0;
  return static_cast<std::int64_t>((seconds < kMost ? seconds : kMost) * 1e9);
}

}  // namespace

std::string Sink::dump(const std::string& path, double before_s, double after_s,
                       std::string* error) {
  if (fd_ < 0 || path_.empty()) {
    *error = "nothing is being recorded to a file";
    return "";
  }
  std::string where = path.empty() ? marked_path(path_, "dump-1") : path;
  const auto create = [&] {
    return is_ring_ ? platform::create_directory(where)
                    : platform::copy_file(fd_, size_bytes(), where);
  };
  int problem = create();
  for (int attempt = 2; problem == EEXIST && attempt < 10'000; ++attempt) {
    where = marked_path(path.empty() ? path_ : path, "dump-" + std::to_string(attempt));
    problem = create();
  }
  if (problem != 0) {
    *error = where + ": cannot be written: " + std::strerror(problem);
    return "";
  }
  if (!is_ring_) return where;
  const std::int64_t now = clock_.now_ns();
  if (after_s > 0) dumps_.push_back({where, now + to_ns(after_s)});
  const std::int64_t from = now - to_ns(before_s);
  problem = ring_.link_since(from, where);
  if (after_s <= 0) {  // what is being written is ended here, to be linked too
    dumps_.push_back({where, now});
    end_dumps(now);
  }
  if (problem != 0) *error = where + ": not all of it was written: " + std::strerror(problem);
  return where;
}

void Sink::end_dumps(std::int64_t now_ns) {
  bool is_due = false;
  for (const Dump& dump : dumps_) is_due = is_due || dump.until_ns <= now_ns;
  if (!is_due) return;
  next_segment();
  std::erase_if(dumps_, [&](const Dump& dump) { return dump.until_ns <= now_ns; });
}

}  // namespace reactortrack::recorder
