// SPDX-License-Identifier: MIT
#include "recorder/platform.h"

#include <fcntl.h>
#include <pthread.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <cerrno>

#if defined(__x86_64__)
#include <cpuid.h>
#include <x86intrin.h>
#endif

namespace reactortrack::recorder::platform {

int create_file(const std::string& path, int* error) {
  const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
  *error = fd < 0 ? errno : 0;
  return fd;
}

int create_memory_file() { return ::memfd_create("reactortrack", MFD_CLOEXEC); }

void close_file(int fd) { ::close(fd); }

void truncate_file(int fd, std::uint64_t size_bytes) {
  // A failure leaves zeros at the end, which every reader takes for the end.
  [[maybe_unused]] const int result = ::ftruncate(fd, static_cast<off_t>(size_bytes));
}

int allocate_file(int fd, std::uint64_t offset, std::uint64_t size_bytes) {
  int result = 0;
  do {
    result = ::posix_fallocate(fd, static_cast<off_t>(offset), static_cast<off_t>(size_bytes));
  } while (result == EINTR);
  return result;
}

std::byte* map_file(int fd, std::uint64_t offset, std::size_t size_bytes) {
  void* at = ::mmap(nullptr, size_bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd,
                    static_cast<off_t>(offset));
  return at == MAP_FAILED ? nullptr : static_cast<std::byte*>(at);
}

const std::byte* map_for_reading(int fd, std::size_t size_bytes) {
  void* at = ::mmap(nullptr, size_bytes, PROT_READ, MAP_SHARED, fd, 0);
  return at == MAP_FAILED ? nullptr : static_cast<const std::byte*>(at);
}

void unmap_file(const std::byte* at, std::size_t size_bytes) {
  ::munmap(const_cast<std::byte*>(at), size_bytes);
}

std::size_t page_size() {
  static const std::size_t size = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
  return size;
}

int process_id() { return ::getpid(); }
int parent_process_id() { return ::getppid(); }
std::uint64_t thread_id_call() { return static_cast<std::uint64_t>(::pthread_self()); }

void on_fork(void (*in_child)()) { ::pthread_atfork(nullptr, nullptr, in_child); }

void append_line(const std::string& path, const std::string& line) {
  const int fd = ::open(path.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC);
  if (fd < 0) return;
  const std::string bytes = line + "\n";
  [[maybe_unused]] const ssize_t written = ::write(fd, bytes.data(), bytes.size());
  ::close(fd);
}

namespace {

std::int64_t read_clock(clockid_t clock) {
  timespec now{};
  ::clock_gettime(clock, &now);
  return static_cast<std::int64_t>(now.tv_sec) * 1'000'000'000 + now.tv_nsec;
}

#if defined(__x86_64__)
bool counter_is_invariant() {
  unsigned a = 0, b = 0, c = 0, d = 0;
  return __get_cpuid(0x80000007, &a, &b, &c, &d) != 0 && (d & (1u << 8)) != 0;
}
std::uint64_t read_counter() { return __rdtsc(); }
#else
bool counter_is_invariant() { return false; }
std::uint64_t read_counter() { return 0; }
#endif

constexpr std::int64_t kFirstMeasureNs = 20'000'000;
constexpr std::int64_t kCompareEveryNs = 1'000'000'000;

}  // namespace

std::uint64_t unix_ns() { return static_cast<std::uint64_t>(read_clock(CLOCK_REALTIME)); }

void Clock::start() {
  counter_ = counter_is_invariant();
  origin_ns_ = read_clock(CLOCK_MONOTONIC);
  origin_ticks_ = read_counter();
  base_ns_ = 0;
  base_ticks_ = origin_ticks_;
  ns_per_tick_ = 0;
  compare_after_ticks_ = 0;
}

std::int64_t Clock::now_ns() {
  if (!counter_) return read_clock(CLOCK_MONOTONIC) - origin_ns_;
  const std::uint64_t ticks = read_counter();
  const std::uint64_t since = ticks - base_ticks_;
  if (since >= compare_after_ticks_) return synchronise(ticks);
  // `since` is at most about a second, some 2^32 ticks, and the factor is below 2^33: no overflow.
  return base_ns_ + static_cast<std::int64_t>((since * ns_per_tick_) >> 32);
}

std::int64_t Clock::synchronise(std::uint64_t ticks) {
  const std::int64_t now = read_clock(CLOCK_MONOTONIC) - origin_ns_;
  if (now < kFirstMeasureNs) return now;  // too early to know the counter's rate
  using Wide = unsigned __int128;
  ns_per_tick_ =
      static_cast<std::uint64_t>((static_cast<Wide>(now) << 32) / (ticks - origin_ticks_));
  base_ns_ = now;
  base_ticks_ = ticks;
  compare_after_ticks_ =
      static_cast<std::uint64_t>((static_cast<Wide>(kCompareEveryNs) << 32) / ns_per_tick_);
  // Halved so that (since * ns_per_tick_) stays within 64 bits on slow counters too.
  if (compare_after_ticks_ > (std::uint64_t{1} << 31))
    compare_after_ticks_ = std::uint64_t{1} << 31;
  return now;
}

}  // namespace reactortrack::recorder::platform
