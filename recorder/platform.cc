// SPDX-License-Identifier: MIT
#include "recorder/platform.h"

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>

#if defined(__x86_64__)
#include <cpuid.h>
#include <x86intrin.h>
#endif

namespace reactortrack::recorder::platform {

int create_file(const std::string& path, int* error) {
  const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0444);
  *error = fd < 0 ? errno : 0;
  return fd;
}

void finish_file(int fd) {
  struct stat facts{};
  if (::fstat(fd, &facts) != 0) return;
  [[maybe_unused]] const int result = ::fchmod(fd, (facts.st_mode & 0777) | S_IWUSR);
}

bool has_name(int fd) {
  struct stat facts{};
  return ::fstat(fd, &facts) != 0 || facts.st_nlink > 0;
}

int create_directory(const std::string& path) {
  return ::mkdir(path.c_str(), 0755) == 0 ? 0 : errno;
}

void remove_file(const std::string& path) { ::unlink(path.c_str()); }

int copy_file(int from, std::uint64_t size_bytes, const std::string& to) {
  int problem = 0;
  const int fd = create_file(to, &problem);
  if (fd < 0) return problem;
  off_t offset = 0;
  while (problem == 0 && static_cast<std::uint64_t>(offset) < size_bytes) {
    const ssize_t copied =
        ::sendfile(fd, from, &offset, size_bytes - static_cast<std::uint64_t>(offset));
    if (copied < 0 && errno != EINTR) problem = errno;
    if (copied == 0) break;  // it is shorter than that
  }
  finish_file(fd);
  ::close(fd);
  if (problem != 0) ::unlink(to.c_str());
  return problem;
}

int link_or_copy(const std::string& from, const std::string& to) {
  if (::link(from.c_str(), to.c_str()) == 0) return 0;
  if (errno == EEXIST || errno == ENOENT) return errno;
  const int fd = ::open(from.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return errno;
  struct stat facts{};
  const int problem = ::fstat(fd, &facts) != 0
                          ? errno
                          : copy_file(fd, static_cast<std::uint64_t>(facts.st_size), to);
  ::close(fd);
  return problem;
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

void fill_pages(int fd, std::uint64_t offset, std::size_t size_bytes) {
  static constexpr char kZeros[16 * 1024] = {};
  struct stat facts{};
  struct rlimit most{};
  const std::uint64_t end = offset + size_bytes;
  // One that somebody has made shorter must not grow again, nor may a limit be passed: a signal.
  if (::fstat(fd, &facts) != 0 || static_cast<std::uint64_t>(facts.st_size) < end) return;
  if (::getrlimit(RLIMIT_FSIZE, &most) != 0 || most.rlim_cur < end) return;
  iovec parts[16];
  int count = 0;
  for (std::size_t left = size_bytes; left > 0 && count < 16; ++count) {
    const std::size_t size = left < sizeof(kZeros) ? left : sizeof(kZeros);
    parts[count] = {const_cast<char*>(kZeros), size};
    left -= size;
  }
  [[maybe_unused]] const ssize_t written = ::pwritev(fd, parts, count, static_cast<off_t>(offset));
}

std::byte* map_file(int fd, std::uint64_t offset, std::size_t size_bytes) {
  void* at = ::mmap(nullptr, size_bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd,
                    static_cast<off_t>(offset));
  if (at == MAP_FAILED) return nullptr;
  // Or else the first page that is written to has the kernel read ahead, and clear, megabytes of what
  // was never written: 10 ms.
  ::madvise(at, size_bytes, MADV_RANDOM);
  return static_cast<std::byte*>(at);
}

const std::byte* map_for_reading(int fd, std::size_t size_bytes) {
  void* at = ::mmap(nullptr, size_bytes, PROT_READ, MAP_SHARED, fd, 0);
  return at == MAP_FAILED ? nullptr : static_cast<const std::byte*>(at);
}

void unmap_file(const std::byte* at, std::size_t size_bytes) {
  ::munmap(const_cast<std::byte*>(at), size_bytes);
}

namespace {

// The guarded mapping. Written only while no write into it can be in progress.
std::atomic<std::uintptr_t> g_guarded_begin{0};
std::atomic<std::uintptr_t> g_guarded_end{0};
void (*g_on_cut)(void*) = nullptr;
void* g_cut_object = nullptr;
struct sigaction g_sigbus_before;
bool g_is_in_chain = false;

// Only calls that are safe in a signal handler.
void on_sigbus(int signal, siginfo_t* info, void* context) {
  const auto address = reinterpret_cast<std::uintptr_t>(info->si_addr);
  const std::uintptr_t end = g_guarded_end;
  if (info->si_code == BUS_ADRERR && address >= g_guarded_begin && address < end) {
    const std::uintptr_t page = address - address % page_size();
    void* const at = reinterpret_cast<void*>(page);  // NOLINT
    const int flags = MAP_FIXED | MAP_PRIVATE | MAP_ANONYMOUS;
    if (::mmap(at, end - page, PROT_READ | PROT_WRITE, flags, -1, 0) != MAP_FAILED)
      return g_on_cut(g_cut_object);
  }
  if ((g_sigbus_before.sa_flags & SA_SIGINFO) != 0)
    return g_sigbus_before.sa_sigaction(signal, info, context);
  if (g_sigbus_before.sa_handler != SIG_DFL && g_sigbus_before.sa_handler != SIG_IGN)
    return g_sigbus_before.sa_handler(signal);
  ::sigaction(SIGBUS, &g_sigbus_before, nullptr);  // it comes again, to whom it belongs
}

bool is_ours(const struct sigaction& action) {
  return (action.sa_flags & SA_SIGINFO) != 0 && action.sa_sigaction == on_sigbus;
}

}  // namespace

void guard_mapping(const std::byte* at, std::size_t size_bytes, void (*on_cut)(void*),
                   void* object) {
  page_size();  // known before a handler asks
  g_guarded_end = 0;
  g_guarded_begin = reinterpret_cast<std::uintptr_t>(at);
  g_on_cut = on_cut;
  g_cut_object = object;
  g_guarded_end = g_guarded_begin + size_bytes;
  struct sigaction now{};
  if (at == nullptr) {
    // Somebody who came after us may call us: then we stay where we are.
    ::sigaction(SIGBUS, nullptr, &now);
    if (g_is_in_chain && is_ours(now)) {
      ::sigaction(SIGBUS, &g_sigbus_before, nullptr);
      g_is_in_chain = false;
    }
    return;
  }
  if (g_is_in_chain) return;
  struct sigaction action{};
  action.sa_sigaction = on_sigbus;
  action.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_RESTART;
  ::sigemptyset(&action.sa_mask);
  ::sigaction(SIGBUS, &action, &g_sigbus_before);
  g_is_in_chain = true;
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

std::int64_t Clock::now_slowly() {
  return counter_ ? synchronise(read_counter()) : read_clock(CLOCK_MONOTONIC) - origin_ns_;
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
