// SPDX-License-Identifier: MIT
#include "recorder/sink.h"

#include <cerrno>
#include <cstring>

namespace reactortrack::recorder {
namespace {

constexpr std::uint64_t kFirstExtentBytes = 256 * 1024;
constexpr std::uint64_t kLargestExtentBytes = 8 * 1024 * 1024;
// Kept free at the end of every extent, for the `lost` and `end` records.
constexpr std::size_t kTailBytes = 3 * log::kMaxRecordBytes;

// app.rtlog, 4711, 2 -> app.4711-2.rtlog
std::string numbered_path(const std::string& path, int process, int attempt) {
  std::string mark = "." + std::to_string(process);
  if (attempt > 1) mark += "-" + std::to_string(attempt);
  const std::size_t slash = path.rfind('/');
  const std::size_t dot = path.rfind('.');
  const bool has_suffix =
      dot != std::string::npos && (slash == std::string::npos || dot > slash + 1);
  return has_suffix ? path.substr(0, dot) + mark + path.substr(dot) : path + mark;
}

}  // namespace

bool Sink::open(const std::string& path, std::string* error) {
  int code = 0;
  path_ = path;
  fd_ = path.empty() ? platform::create_memory_file() : platform::create_file(path_, &code);
  for (int attempt = 1; fd_ < 0 && code == EEXIST && attempt < 1000; ++attempt) {
    path_ = numbered_path(path, platform::process_id(), attempt);
    fd_ = platform::create_file(path_, &code);
  }
  if (fd_ < 0) {
    *error = path_ + ": cannot create the recording: " + std::strerror(code);
    return false;
  }
  ++generation_;
  failed_ = false;
  lost_ = window_offset_ = file_size_ = 0;
  writer_.set_window({});
  clock_.start();
  if (!extend()) {
    *error = path_ + ": no space for the recording";
    platform::close_file(fd_);
    fd_ = -1;
    return false;
  }
  writer_.start();
  write_at(0, event::Clock{platform::unix_ns()});
  return true;
}

bool Sink::extend() {
  if (failed_ || fd_ < 0) return false;
  const std::uint64_t at = window_offset_ + writer_.written();
  std::uint64_t extent = file_size_ < kFirstExtentBytes ? kFirstExtentBytes : file_size_;
  if (extent > kLargestExtentBytes) extent = kLargestExtentBytes;
  int problem = platform::allocate_file(fd_, file_size_, extent);
  while (problem == ENOSPC && extent > kFirstExtentBytes / 4) {  // use what is left
    extent /= 2;
    problem = platform::allocate_file(fd_, file_size_, extent);
  }
  if (problem != 0) {
    fail(problem == ENOSPC || problem == EFBIG ? event::LostReason::kNoSpace
                                               : event::LostReason::kFile);
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
  window_offset_ = at;
  writer_.set_window({map_ + (at - from), static_cast<std::size_t>(end - at) - kTailBytes});
  return true;
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

void Sink::close(event::EndReason reason) {
  if (fd_ < 0) return;
  window_offset_ += writer_.written();
  if (map_ != nullptr) {
    std::byte* at = map_ + (window_offset_ - map_offset_);
    writer_.set_window({at, static_cast<std::size_t>(map_ + map_size_ - at)});
    const std::int64_t now = clock_.now_ns();
    if (lost_ > 0) writer_.write(now, event::Lost{lost_, lost_reason_});
    writer_.write(now, event::End{reason});
    window_offset_ += writer_.written();
  }
  unmap();
  platform::truncate_file(fd_, window_offset_);
  platform::close_file(fd_);
  fd_ = -1;
  writer_.set_window({});
}

void Sink::abandon() {
  unmap();
  if (fd_ >= 0) platform::close_file(fd_);
  fd_ = -1;
  writer_.set_window({});
}

void Sink::unmap() {
  if (map_ != nullptr) platform::unmap_file(map_, map_size_);
  map_ = nullptr;
  map_size_ = 0;
}

}  // namespace reactortrack::recorder
