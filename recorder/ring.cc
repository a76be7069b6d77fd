// SPDX-License-Identifier: MIT
#include "recorder/ring.h"

#include <algorithm>
#include <cerrno>

#include "recorder/platform.h"

namespace reactortrack::recorder {

int Ring::create(const std::string& directory, std::uint64_t size_bytes) {
  const int problem = platform::create_directory(directory);
  if (problem != 0) return problem;
  *this = Ring();
  directory_ = directory;
  size_bytes_ = std::max(size_bytes, kLeastBytes);
  const std::uint64_t share = size_bytes_ / kSegments;
  segment_bytes_ = static_cast<std::size_t>(share - share % platform::page_size());
  return 0;
}

std::string Ring::name_of(std::uint64_t number) {
  std::string digits = std::to_string(number);
  if (digits.size() < 6) digits.insert(0, 6 - digits.size(), '0');
  return digits + ".rtlog";
}

bool Ring::drop_oldest() {
  if (finished_.empty()) return false;
  platform::remove_file(path_of(finished_.front().number));
  finished_bytes_ -= finished_.front().bytes;
  finished_.pop_front();
  return true;
}

int Ring::prepare() {
  if (is_ready()) return 0;
  // Two whole segments: the one being written and this one.
  while (finished_bytes_ + 2 * segment_bytes_ > size_bytes_ && drop_oldest()) {
  }
  Open made;
  made.number = last_number_ + 1;
  const std::string path = path_of(made.number);
  int problem = 0;
  made.fd = platform::create_file(path, &problem);
  if (problem == ENOENT && platform::create_directory(directory_) == 0)  // somebody removed it
    made.fd = platform::create_file(path, &problem);
  if (made.fd < 0) return problem;
  do {  // a full disk: what is old makes room for what is new
    problem = platform::allocate_file(made.fd, 0, segment_bytes_);
  } while (problem == ENOSPC && drop_oldest());
  if (problem == 0) {
    made.map = platform::map_file(made.fd, 0, segment_bytes_);
    if (made.map == nullptr) problem = ENOMEM;
  }
  if (problem != 0) {
    platform::close_file(made.fd);
    platform::remove_file(path);
    return problem;
  }
  next_ = made;
  last_number_ = made.number;
  return 0;
}

Ring::Open Ring::take() {
  const Open taken = next_;
  next_ = Open();
  return taken;
}

void Ring::finish(Open segment, std::uint64_t used_bytes, std::int64_t first_ns,
                  std::int64_t last_ns, bool was_cut) {
  if (segment.fd < 0) return;
  platform::unmap_file(segment.map, segment_bytes_);
  if (!was_cut) platform::truncate_file(segment.fd, used_bytes);
  platform::finish_file(segment.fd);
  platform::close_file(segment.fd);
  finished_.push_back({segment.number, used_bytes, first_ns, last_ns});
  finished_bytes_ += used_bytes;
}

void Ring::close() {
  if (!is_ready()) return;
  platform::unmap_file(next_.map, segment_bytes_);
  platform::close_file(next_.fd);
  platform::remove_file(path_of(next_.number));
  next_ = Open();
}

void Ring::abandon() {
  if (is_ready()) {
    platform::unmap_file(next_.map, segment_bytes_);
    platform::close_file(next_.fd);
  }
  *this = Ring();
}

int Ring::link(const Finished& segment, const std::string& directory) const {
  return platform::link_or_copy(path_of(segment.number), directory + "/" + name_of(segment.number));
}

int Ring::link_since(std::int64_t from_ns, const std::string& directory) const {
  int problem = 0;
  for (const Finished& each : finished_) {
    if (each.last_ns < from_ns) continue;
    if (const int failed = link(each, directory); failed != 0) problem = failed;
  }
  return problem;
}

int Ring::link_last(const std::string& directory) const {
  return finished_.empty() ? 0 : link(finished_.back(), directory);
}

}  // namespace reactortrack::recorder
