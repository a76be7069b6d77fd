// SPDX-License-Identifier: MIT
//
// Everything the recorder asks of the operating system and the processor: files, mappings, forks,
// clocks. Linux; another system is another platform.cc.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace reactortrack::recorder::platform {

// Opens a file that must not exist yet. -1 with `*error` = errno on failure. Until finish_file()
// nobody but root may open it for writing: a shell's `>` would cut it off under our mapping.
int create_file(const std::string& path, int* error);
// From here on it is an ordinary file.
void finish_file(int fd);
// False when it is in no directory any more.
bool has_name(int fd);
// 0, or errno.
int create_directory(const std::string& path);
void remove_file(const std::string& path);
// A second name for a file that is not written any more, or a copy where there can be none. 0, or
// errno.
int link_or_copy(const std::string& from, const std::string& to);
// Copies the first bytes of a file to one that must not exist. 0, or errno.
int copy_file(int from, std::uint64_t size_bytes, const std::string& to);
// A file that is in no directory and goes with its descriptor. -1 on failure.
int create_memory_file();
void close_file(int fd);
void truncate_file(int fd, std::uint64_t size_bytes);

// Makes sure that bytes [offset, offset + size) of the file have space on the disk: without it, a
// write into the mapping of a full disk is a SIGBUS instead of an error. 0, or errno.
int allocate_file(int fd, std::uint64_t offset, std::uint64_t size_bytes);
// Writes zeros where zeros are. In a file that was only allocated, the kernel makes each page of a
// mapping by itself, when it is first touched: 3.3 us a page on ext4, 1.4 us when 64 KiB are written
// before (Linux 6.18). At most 256 KiB; does nothing where that is not to be had.
void fill_pages(int fd, std::uint64_t offset, std::size_t size_bytes);
// Maps a part of the file, shared. `offset` is a multiple of page_size(). nullptr on failure.
std::byte* map_file(int fd, std::uint64_t offset, std::size_t size_bytes);
// Maps the first bytes of a file for reading. nullptr on failure.
const std::byte* map_for_reading(int fd, std::size_t size_bytes);
void unmap_file(const std::byte* at, std::size_t size_bytes);

// A file that somebody makes shorter while we have it mapped makes every write behind its new end a
// SIGBUS, which would kill the program. From here on such a write within this mapping is caught: the
// rest of it becomes memory of our own, `on_cut(object)` is called, in the signal handler, and the
// write goes on. Any other SIGBUS goes where it went before. One mapping at a time; nullptr: none.
void guard_mapping(const std::byte* at, std::size_t size_bytes, void (*on_cut)(void*),
                   void* object);
std::size_t page_size();

std::uint64_t thread_id_call();
int process_id();
int parent_process_id();
// Nonzero and different for each thread that runs: the address of its control block, one
// instruction where pthread_self() is a call.
inline std::uint64_t thread_id() {
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
  return reinterpret_cast<std::uint64_t>(__builtin_thread_pointer());
#else
  return thread_id_call();
#endif
}

// Calls `in_child` in the child of every fork, before anything else of ours runs there. The child
// has one thread and may hold any lock: `in_child` may set variables, nothing more. Once a process.
void on_fork(void (*in_child)());

// Appends one line to a file with one write, creating nothing. Failures are ignored.
void append_line(const std::string& path, const std::string& line);

std::uint64_t unix_ns();

// Nanoseconds since start(). Reads the time-stamp counter where it is invariant (10.6 ns against
// 22.8 ns for clock_gettime on the machine this was written on), compares it with the system's
// monotonic clock once a second, and uses that clock alone elsewhere.
class Clock {
 public:
  void start();
  [[gnu::always_inline]] std::int64_t now_ns() {
#if defined(__x86_64__)
    const std::uint64_t ticks = __builtin_ia32_rdtsc();
    const std::uint64_t since = ticks - base_ticks_;
    // `since` is at most about a second, some 2^32 ticks, and the factor is below 2^33: no overflow.
    if (since < compare_after_ticks_) [[likely]]
      return base_ns_ + static_cast<std::int64_t>((since * ns_per_tick_) >> 32);
#endif
    return now_slowly();
  }
  // "tsc" or "monotonic".
  const char* source() const { return counter_ ? "tsc" : "monotonic"; }

 private:
  std::int64_t now_slowly();
  std::int64_t synchronise(std::uint64_t ticks);

  bool counter_ = false;
  std::int64_t origin_ns_ = 0;             // monotonic clock at start()
  std::uint64_t origin_ticks_ = 0;         // counter at start()
  std::int64_t base_ns_ = 0;               // since start(), at the last comparison
  std::uint64_t base_ticks_ = 0;           // counter at the last comparison
  std::uint64_t ns_per_tick_ = 0;          // 32.32 fixed point; 0 until measured
  std::uint64_t compare_after_ticks_ = 0;  // 0: the counter is not to be believed, or not yet
};

}  // namespace reactortrack::recorder::platform
