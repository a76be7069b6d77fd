// SPDX-License-Identifier: MIT
#include "cli/recording_file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <ctime>

#include "cli/segments.h"
#include "core/log/encoding.h"
#include "core/log/join.h"
#include "core/text/text.h"

namespace reactortrack::cli {

using text::clean;
using text::count_text;
using text::duration_text;
using text::plural;

namespace {

// The file mapped last, for the signal handler.
std::atomic<std::uintptr_t> mapped_begin{0};
std::atomic<std::uintptr_t> mapped_end{0};
std::uintptr_t page_size = 4096;

// A mapped file has become shorter, as when a recorder that ends gives back what it had allocated:
// the pages behind its new end are gone. They read as zeros from here on, which is the end of what
// was written. Only calls that are safe in a signal handler.
void on_sigbus(int, siginfo_t* info, void*) {
  const auto address = reinterpret_cast<std::uintptr_t>(info->si_addr);
  if (address >= mapped_begin && address < mapped_end) {
    void* page = reinterpret_cast<void*>(address / page_size * page_size);  // NOLINT
    const int flags = MAP_FIXED | MAP_PRIVATE | MAP_ANONYMOUS;
    if (mmap(page, page_size, PROT_READ, flags, -1, 0) != MAP_FAILED) return;
  }
  std::signal(SIGBUS, SIG_DFL);  // not ours: it comes again
}

void expect_shorter(std::span<const std::byte> mapped) {
  page_size = static_cast<std::uintptr_t>(sysconf(_SC_PAGESIZE));
  mapped_begin = reinterpret_cast<std::uintptr_t>(mapped.data());
  mapped_end = mapped_begin + mapped.size();
  struct sigaction action = {};
  action.sa_sigaction = on_sigbus;
  action.sa_flags = SA_SIGINFO;
  sigaction(SIGBUS, &action, nullptr);
}

std::string with_cause(const std::string& name, const char* what) {
  return name + ": " + what + ": " + std::strerror(errno);
}

}  // namespace

RecordingFile::RecordingFile(std::string name, int fd)
    : name_(std::move(name)), fd_(fd), progress_("reading " + name_) {}

RecordingFile::~RecordingFile() {
  source_.reset();
  if (!mapped_.empty() && !is_joined())
    munmap(const_cast<std::byte*>(mapped_.data()), mapped_.size());  // NOLINT: mapped read-only
  if (fd_ > STDIN_FILENO) close(fd_);
}

std::unique_ptr<RecordingFile> RecordingFile::open(const std::string& path, std::string* error) {
  const bool is_stdin = path == "-";
  const int fd = is_stdin ? STDIN_FILENO : ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) {
    *error = with_cause(path, "cannot be opened");
    return nullptr;
  }
  std::unique_ptr<RecordingFile> file(new RecordingFile(is_stdin ? "standard input" : path, fd));
  if (!file->map(error)) return nullptr;
  while (file->mapped_.empty() && file->filled_ < log::kHeaderBytes && file->read_more()) {
  }
  if (!file->read_error_.empty()) {
    *error = file->read_error_;
    return nullptr;
  }
  file->restart();
  return file;
}

// Maps a regular file; anything else stays a stream. False when it can be neither.
bool RecordingFile::map(std::string* error) {
  struct stat facts{};
  if (fstat(fd_, &facts) != 0) {
    *error = with_cause(name_, "cannot be read");
    return false;
  }
  if (S_ISDIR(facts.st_mode)) return join_directory(error);
  // Standard input may be a file that somebody has read a part of: read on from there.
  if (!S_ISREG(facts.st_mode) || facts.st_size == 0 || fd_ == STDIN_FILENO) return true;
  const auto size = static_cast<std::size_t>(facts.st_size);
  void* start = mmap(nullptr, size, PROT_READ, MAP_SHARED, fd_, 0);
  if (start == MAP_FAILED) return true;
  madvise(start, size, MADV_SEQUENTIAL);
  mapped_ = {static_cast<const std::byte*>(start), size};
  at_end_ = true;
  expect_shorter(mapped_);
  if (log::is_segment(mapped_)) join_segment();
  return true;
}

bool RecordingFile::join_directory(std::string* error) {
  JoinedSegments segments;
  if (!join_segments(name_, &segments, error)) return false;
  joined_ = std::move(segments.bytes);
  segment_errors_ = std::move(segments.errors);
  mapped_ = joined_;
  at_end_ = true;
  return true;
}

// One segment of a ring alone.
void RecordingFile::join_segment() {
  log::Joiner joiner;
  joiner.add(mapped_);
  log::Joined joined = joiner.take();
  munmap(const_cast<std::byte*>(mapped_.data()), mapped_.size());  // NOLINT: mapped read-only
  joined_ = std::move(joined.bytes);
  mapped_ = joined_;
  for (const auto& problem : joined.problems)
    segment_errors_.push_back(name_ + ", " + place_text(problem.error) + ": " +
                              clean(problem.error.cause));
}

// A file that another process writes has grown.
bool RecordingFile::map_more() {
  if (is_joined()) return false;
  struct stat facts{};
  if (fstat(fd_, &facts) != 0) return false;
  const auto size = static_cast<std::size_t>(facts.st_size);
  if (size <= mapped_.size()) {
    source_->extend(mapped_);  // what is allocated is filled
    return false;
  }
  void* start = mmap(nullptr, size, PROT_READ, MAP_SHARED, fd_, 0);
  if (start == MAP_FAILED) return false;
  const std::span<const std::byte> before = mapped_;
  mapped_ = {static_cast<const std::byte*>(start), size};
  released_ = 0;
  expect_shorter(mapped_);
  source_->extend(mapped_);
  munmap(const_cast<std::byte*>(before.data()), before.size());  // NOLINT: mapped read-only
  return true;
}

bool RecordingFile::is_being_written() const {
  if (is_joined()) return false;
  // A lease for reading is given only when nobody has the file open, or mapped, for writing. It is
  // given back at once; a writer who comes in between sends SIGIO, which would end this process.
  std::signal(SIGIO, SIG_IGN);
  if (fcntl(fd_, F_SETLEASE, F_RDLCK) == 0) {
    fcntl(fd_, F_SETLEASE, F_UNLCK);
    return false;
  }
  if (errno == EAGAIN) return true;
  // Somebody else's file, or a file system without leases: the last change has to tell. Changes
  // through a mapping show with a delay of half a minute.
  constexpr std::time_t kQuietSeconds = 120;
  struct stat facts{};
  return fstat(fd_, &facts) == 0 && std::time(nullptr) - facts.st_mtime < kQuietSeconds;
}

bool RecordingFile::read_more() {
  if (!mapped_.empty()) return map_more();
  if (at_end_) return false;
  if (filled_ == capacity_) {
    const std::size_t capacity = std::max(kFirstBuffer, capacity_ * 2);
    auto grown = std::make_unique_for_overwrite<std::byte[]>(capacity);
    if (filled_ != 0) std::memcpy(grown.get(), buffer_.get(), filled_);
    if (source_) source_->extend({grown.get(), filled_});
    buffer_ = std::move(grown);
    capacity_ = capacity;
  }
  std::fflush(stdout);  // what was printed so far is not kept waiting for more input
  ssize_t size = 0;
  do {
    size = read(fd_, buffer_.get() + filled_, capacity_ - filled_);
  } while (size < 0 && errno == EINTR);
  if (size < 0) read_error_ = with_cause(name_, "cannot be read");
  if (size <= 0) {
    at_end_ = true;
    return false;
  }
  filled_ += static_cast<std::size_t>(size);
  if (source_) source_->extend(bytes());
  return true;
}

bool RecordingFile::next_here(event::Event* event) {
  if (!source_->next(event)) {
    progress_.clear();
    return false;
  }
  const std::uint64_t position = source_->position();
  progress_.tick(position, at_end_ ? size_bytes() : 0);
  if (position >= released_ + kReleasedAtOnce && !is_stream() && !is_joined()) release_read_pages();
  return true;
}

// What was read is hardly looked at again (texts of definitions are, and come back from the system's
// cache), so a large file needn't stay in this process's memory beside the replay.
void RecordingFile::release_read_pages() {
  const std::size_t end = static_cast<std::size_t>(source_->position()) / page_size * page_size;
  madvise(const_cast<std::byte*>(mapped_.data()) + released_, end - released_,  // NOLINT
          MADV_DONTNEED);
  released_ = end;
}

bool RecordingFile::next(event::Event* event) {
  while (!next_here(event)) {
    // JSON lines are complete after any line.
    const bool may_go_on = is_stream() && source_->ending() != log::Ending::kError;
    if (!may_go_on || !read_more()) return false;
  }
  return true;
}

void RecordingFile::restart() {
  source_ = log::open(bytes());
  released_ = 0;
}

std::string place_text(const log::Error& error) {
  return error.line != 0 ? "line " + std::to_string(error.line)
                         : "byte " + std::to_string(error.offset);
}

std::string ending_word(const log::Source& source) {
  switch (source.ending()) {
    case log::Ending::kOpen: return "open";
    case log::Ending::kComplete: return "complete";
    case log::Ending::kTruncated: return "truncated";
    case log::Ending::kError: return "error";
  }
  return "";
}

std::string missing_text(const log::Source& source) {
  const std::uint64_t left_out = source.left_out_count();
  const std::uint64_t lost = source.lost_count() - left_out;
  std::string text;
  if (lost != 0) text = plural(lost, "event") + " lost";
  if (left_out != 0)
    text += (text.empty() ? "" : ", ") + plural(left_out, "older event") + " not kept";
  return text;
}

int report_ending(const RecordingFile& file, std::uint64_t event_count, std::int64_t duration_ns) {
  const log::Source& source = file.source();
  const char* name = file.name().c_str();
  constexpr std::size_t kMaxWarningsShown = 5;
  std::size_t shown = 0;
  for (const log::Error& warning : source.warnings()) {
    if (++shown > kMaxWarningsShown) break;
    std::fprintf(stderr, "reactortrack: %s, %s: %s\n", name, place_text(warning).c_str(),
                 clean(warning.cause).c_str());
  }
  if (source.warning_count() > kMaxWarningsShown)
    std::fprintf(stderr, "reactortrack: %s: %s more like these\n", name,
                 count_text(source.warning_count() - kMaxWarningsShown).c_str());

  if (!file.read_error().empty())
    std::fprintf(stderr, "reactortrack: %s\n", file.read_error().c_str());
  for (const std::string& each : file.segment_errors())
    std::fprintf(stderr, "reactortrack: %s\n", each.c_str());

  const bool unreadable = source.ending() == log::Ending::kError;
  const bool failed = unreadable || !file.read_error().empty();
  if (unreadable)
    std::fprintf(stderr, "reactortrack: %s, %s: %s\n", name, place_text(source.error()).c_str(),
                 clean(source.error().cause).c_str());
  if (failed && event_count == 0) return 1;

  std::string line = unreadable ? "read up to there" : ending_word(source);
  line += ", " + plural(event_count, "event") + " in " + duration_text(duration_ns);
  if (const std::string missing = missing_text(source); !missing.empty()) line += ", " + missing;
  if (source.ending() == log::Ending::kTruncated)
    line += " (no end marker: the program was killed, or is still running)";
  std::fprintf(stderr, "%s: %s\n", name, line.c_str());
  return failed ? 1 : 0;
}

}  // namespace reactortrack::cli
