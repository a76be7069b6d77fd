// SPDX-License-Identifier: MIT
//
// Ring: the files of a flight recorder. A directory holds the newest segments of a recording:
//
//   app.rtlog/000041.rtlog   000042.rtlog  ...  000047.rtlog   000048.rtlog
//             the oldest kept                   being written  made ready
//
// All of them together never take more than the size that was asked for: the oldest are removed
// before another one is made ready. A segment is allocated and mapped whole, so that nothing is
// left to do when the one before it is full; a reactor makes the next one ready while it waits
// anyway (Sink::tend). Finished segments are never written again, so a dump is a matter of links.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <vector>

namespace reactortrack::recorder {

class Ring {
 public:
  struct Open {  // a segment that can be written
    std::uint64_t number = 0;
    int fd = -1;
    std::byte* map = nullptr;
  };

  static constexpr std::uint64_t kSegments = 8;
  static constexpr std::uint64_t kLeastBytes = 4 * 1024 * 1024;

  // Makes the directory. 0, or errno; EEXIST when the name is taken.
  int create(const std::string& directory, std::uint64_t size_bytes);
  std::size_t segment_bytes() const { return segment_bytes_; }

  // Makes the next segment ready, if it is not. 0, or errno.
  int prepare();
  bool is_ready() const { return next_.fd >= 0; }
  std::byte* ready_map() const { return next_.map; }
  // Hands out the segment that was made ready.
  Open take();
  // The segment handed out last holds this much, from and up to these times. Closes it.
  void finish(Open segment, std::uint64_t used_bytes, std::int64_t first_ns, std::int64_t last_ns,
              bool was_cut);
  // Removes what was made ready and not used.
  void close();
  // In the child of a fork: lets go of everything without touching a file.
  void abandon();

  // Gives the finished segments with events at or after `from_ns` a second name in `directory`,
  // which is made. 0, or errno.
  int link_since(std::int64_t from_ns, const std::string& directory) const;
  // The same for the one finished last.
  int link_last(const std::string& directory) const;

 private:
  struct Finished {
    std::uint64_t number = 0;
    std::uint64_t bytes = 0;
    std::int64_t first_ns = 0;
    std::int64_t last_ns = 0;
  };

  static std::string name_of(std::uint64_t number);
  std::string path_of(std::uint64_t number) const { return directory_ + "/" + name_of(number); }
  bool drop_oldest();
  int link(const Finished& segment, const std::string& directory) const;

  std::string directory_;
  std::uint64_t size_bytes_ = 0;
  std::size_t segment_bytes_ = 0;
  std::uint64_t last_number_ = 0;
  std::uint64_t finished_bytes_ = 0;
  std::deque<Finished> finished_;  // oldest first
  Open next_;
};

}  // namespace reactortrack::recorder
