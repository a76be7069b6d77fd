// SPDX-License-Identifier: MIT
#include "recorder/sink.h"

#include <cerrno>
#include <cstring>

namespace reactortrack::recorder {
namespace {

constexpr std::uint64_t kFirstExtentBytes = 256 * 1024;
constexpr std::size_t kPagesBytes = 64 * 1024;  // made ready at a time
constexpr std::uint64_t kLargestExtentBytes = 8 * 1024 * 1024;

// app.rtlog, 4711, 2 -> app.4711-2.rtlog
std::string numbered_path(const std::string& path, int process, int attempt) {
  std::string mark = std::to_string(process);
  if (attempt > 1) mark += "-" + std::to_string(attempt);
  return marked_path(path, mark);
}

}  // namespace

std::string marked_path(const std::string& path, const std::string& mark) {
  const std::size_t slash = path.rfind('/');
  const std::size_t dot = path.rfind('.');
  const bool has_suffix =
      dot != std::string::npos && (slash == std::string::npos || dot > slash + 1);
  return has_suffix ? path.substr(0, dot) + "." + mark + path.substr(dot) : path + "." + mark;
}

event::LostReason reason_of(int problem) {
  const bool is_full = problem == ENOSPC || problem == EFBIG || problem == EDQUOT;
  return is_full ? event::LostReason::kNoSpace : event::LostReason::kFile;
}

bool Sink::open(const std::string& path, std::uint64_t ring_bytes, std::string* error) {
  is_ring_ = ring_bytes != 0 && !path.empty();
  const auto create = [&] {
    if (is_ring_) return ring_.create(path_, ring_bytes);
    int problem = 0;
    fd_ = path.empty() ? platform::create_memory_file() : platform::create_file(path_, &problem);
    return problem;
  };
  path_ = path;
  int code = create();
  for (int attempt = 1; code == EEXIST && attempt < 1000; ++attempt) {
    path_ = numbered_path(path, platform::process_id(), attempt);
    code = create();
  }
  if (code != 0 || (!is_ring_ && fd_ < 0)) {
    *error = path_ + ": cannot create the recording: " + std::strerror(code);
    return false;
  }
  ++generation_;
  ++definitions_;
  ++segment_;
  failed_ = false;
  was_cut_ = false;
  lost_ = lost_told_ = event_count_ = window_offset_ = file_size_ = 0;
  retry_ns_ = 0;
  defined_.clear();
  trouble_.clear();
  dumps_.clear();
  writer_.set_window({});
  writer_.start_numbering();
  clock_.start();
  if (is_ring_ ? !next_segment() : !extend()) {
    *error = path_ + ": no space for the recording";
    if (fd_ >= 0) platform::close_file(fd_);
    fd_ = -1;
    return false;
  }
  if (is_ring_) return true;
  writer_.start();
  write_at(0, event::Clock{platform::unix_ns()});
  return true;
}

void Sink::open_window(std::size_t offset) {
  window_offset_ = map_offset_ + offset;
  map_ready_ = offset;
  writer_.set_window({map_ + offset, 0});
  widen_window();
}

bool Sink::widen_window() {
  constexpr std::size_t kAnyRecordBytes = log::kMaxRecordBytes + 2 * log::kMaxTextBytes;
  if (map_ == nullptr || was_cut_ || failed_) return false;
  const std::size_t limit = map_size_ - kTailBytes;
  while (writer_.room() < kAnyRecordBytes && map_ready_ < limit) {
    std::size_t end = map_ready_ + kPagesBytes - map_ready_ % kPagesBytes;
    if (end > limit) end = limit;
    // One in memory takes its pages one by one, whatever is done.
    if (!path_.empty()) platform::fill_pages(fd_, map_offset_ + map_ready_, end - map_ready_);
    map_ready_ = end;
    writer_.widen_window(map_ready_ - static_cast<std::size_t>(window_offset_ - map_offset_));
  }
  return writer_.room() >= kAnyRecordBytes;
}

bool Sink::extend() {
  if (widen_window()) return true;
  if (is_ring_) return next_segment();
  return extend_file();
}

bool Sink::extend_file() {
  if (failed_ || fd_ < 0) return false;
  if (was_cut_) {
    fail(event::LostReason::kFile);
    return false;
  }
  const std::uint64_t at = window_offset_ + writer_.written();
  std::uint64_t extent = file_size_ < kFirstExtentBytes ? kFirstExtentBytes : file_size_;
  if (extent > kLargestExtentBytes) extent = kLargestExtentBytes;
  int problem = platform::allocate_file(fd_, file_size_, extent);
  while (problem == ENOSPC && extent > kFirstExtentBytes / 4) {  // use what is left
    extent /= 2;
    problem = platform::allocate_file(fd_, file_size_, extent);
  }
  if (problem != 0) {
    fail(reason_of(problem));
    return false;
  }
  const std::uint64_t from = at - at % platform::page_size();
  const std::uint64_t end = file_size_ + extent;
  std::byte* mapped = platform::map_file(fd_, from, end - from);
  if (mapped == nullptr) {
    fail(event::LostReason::kFile);
    return false;
  }
  unmap();
  map_ = mapped;
  map_size_ = end - from;
  map_offset_ = from;
  file_size_ = end;
  if (!path_.empty()) platform::guard_mapping(map_, map_size_, &Sink::on_cut, this);
  open_window(static_cast<std::size_t>(at - from));
  return true;
}

// In a signal handler, within a write of ours.
void Sink::on_cut(void* self) {
  auto* sink = static_cast<Sink*>(self);
  sink->was_cut_ = true;
  sink->writer_.close_window();
}

void Sink::fail(event::LostReason reason) {
  failed_ = true;
  lost_reason_ = reason;
  if (map_ == nullptr) return;
  // The tail was kept free for this. Said at once, with the count to follow at the end, so that a
  // process which is killed later still leaves the reason.
  window_offset_ += writer_.written();
  std::byte* at = map_ + (window_offset_ - map_offset_);
  writer_.set_window({at, static_cast<std::size_t>(map_ + map_size_ - at)});
  writer_.write(clock_.now_ns(), event::Lost{0, reason});
  window_offset_ += writer_.written();
  writer_.set_window({});
}

void Sink::find_trouble() {
  if (path_.empty() || fd_ < 0) return;
  if (was_cut_)
    trouble_ = "it was made shorter by somebody while it was written";
  else if (!is_ring_ && !platform::has_name(fd_))
    trouble_ = "it was deleted while it was written";
}

void Sink::close(event::EndReason reason) {
  if (fd_ < 0) return;
  find_trouble();
  window_offset_ += writer_.written();
  if (map_ != nullptr) {
    std::byte* at = map_ + (window_offset_ - map_offset_);
    writer_.set_window({at, static_cast<std::size_t>(map_ + map_size_ - at)});
    const std::int64_t now = clock_.now_ns();
    if (lost_ > lost_told_) writer_.write(now, event::Lost{lost_ - lost_told_, lost_reason_});
    writer_.write(now, event::End{reason});
    window_offset_ += writer_.written();
  }
  writer_.set_window({});
  platform::guard_mapping(nullptr, 0, nullptr, nullptr);
  if (is_ring_) {
    ring_.finish(current_, window_offset_, segment_began_ns_, clock_.now_ns(), was_cut_);
    ring_.close();
    link_last();
    dumps_.clear();
    current_ = Ring::Open();
    map_ = nullptr;
    map_size_ = 0;
  } else {
    unmap();
    // Of a file that somebody has cut this would be a hole.
    if (!was_cut_) platform::truncate_file(fd_, window_offset_);
    platform::finish_file(fd_);
    platform::close_file(fd_);
  }
  fd_ = -1;
}

void Sink::abandon() {
  platform::guard_mapping(nullptr, 0, nullptr, nullptr);
  unmap();
  if (fd_ >= 0) platform::close_file(fd_);
  fd_ = -1;
  current_ = Ring::Open();
  if (is_ring_) ring_.abandon();
  dumps_.clear();
  writer_.set_window({});
}

void Sink::unmap() {
  if (map_ != nullptr) platform::unmap_file(map_, map_size_);
  map_ = nullptr;
  map_size_ = 0;
}

void Sink::info(std::string_view key, std::string_view value) {
  const unsigned char* from = writer_.at();
  bool done = writer_.info(key, value);
  if (!done && extend()) {
    from = writer_.at();
    done = writer_.info(key, value);
  }
  if (done && is_ring_) remember(from);
}

event::StringId Sink::define_once(const event::String& text) {
  if (!is_ring_) return define(text);
  if (writer_.room() < log::kMaxRecordBytes + log::kMaxTextBytes) extend();
  const event::StringId id = writer_.define(text);
  constexpr char kEmpty[] = {static_cast<char>(event::EventKind::kString), 0};
  if (event::number(id) != 0) defined_.append(kEmpty, sizeof(kEmpty));
  return id;
}

void Sink::remember(const unsigned char* from) {
  defined_.append(reinterpret_cast<const char*>(from),
                  static_cast<std::size_t>(writer_.at() - from));
}

}  // namespace reactortrack::recorder
