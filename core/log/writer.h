// SPDX-License-Identifier: MIT
//
// Writer: events -> bytes, into memory that its caller provides (a buffer, or a mapped file).
//
// A record becomes visible in one step: its body is written first and its kind byte last, over the
// zero that stood there. A zero where a kind should be is the end of what was written. So memory
// that a killed process leaves behind holds whole records and then zeros, and a reader that follows
// a growing file never sees half a record. The caller must hand over zeroed memory.
//
//   Writer writer;
//   writer.set_window(window);                     // 64 KiB or more, zeroed
//   writer.start();
//   StringId name = writer.define(String{"app.py"});
//   if (!writer.write(now_ns, Fired{...})) { ... } // no room: give a new window, write again
//
// Cost: 5 to 10 ns an event (benchmarks/log_benchmark.cc). One thread at a time.
#pragma once

#include <atomic>
#include <cstddef>
#include <span>
#include <string_view>

#include "core/event/event.h"
#include "core/log/encoding.h"

namespace reactortrack::log {

// The start of `text` that fits a record, cut at a UTF-8 character. `*cut` says whether it was cut.
std::string_view clip_text(std::string_view text, bool* cut);

class Writer {
 public:
  // Writes go to `window` from now on, from its start. It must be zeroed and outlive its use.
  void set_window(std::span<std::byte> window) {
    begin_ = at_ = reinterpret_cast<unsigned char*>(window.data());
    end_ = at_ + window.size();
  }

  // The window now has this many bytes, from the same start on; more than before.
  void widen_window(std::size_t size_bytes) { end_ = begin_ + size_bytes; }

  // Bytes written into the window.
  std::size_t written() const { return static_cast<std::size_t>(at_ - begin_); }
  // Bytes left in the window.
  std::size_t room() const { return end_ > at_ ? static_cast<std::size_t>(end_ - at_) : 0; }
  // What is written last stands here.
  const unsigned char* at() const { return at_; }
  // Nothing more fits. May be called in a signal handler, while a record is being written.
  void close_window() { *const_cast<unsigned char* volatile*>(&end_) = begin_; }

  // Writes the file header and forgets all definitions: the start of a recording.
  // The window must have room for kHeaderBytes. `flags` go into the header.
  void start(unsigned char flags = 0);
  // Forgets all definitions: the next of each kind is number 1.
  void start_numbering();
  // A segment of the recording begins in a window that holds, already, a header and the definitions
  // so far: ids go on, differences are taken to nothing.
  void go_on() { context_ = Context{}; }

  // Writes one event. False, with nothing written, when the window may be too small for it.
  template <class Kind>
    requires(static_cast<std::uint8_t>(Kind::kKind) >= event::kFirstTimedKind)
  bool write(std::int64_t time_ns, const Kind& kind) {
    if (room() < kMaxRecordBytes) [[unlikely]]
      return false;
    Encoder encoder(at_ + 1, &context_);
    encoder.time(time_ns);
    event::for_each_field(kind, [&](const char*, const auto& value) { encoder.put(value); });
    commit(Kind::kKind, encoder.at());
    return true;
  }

  // Writes a definition and returns its id; `none` when the window may be too small for it.
  // Texts longer than kMaxTextBytes are cut.
  event::StringId define(const event::String& string);
  event::SiteId define(const event::Site& site) { return define_as<event::SiteId>(site, &sites_); }
  event::StackId define(const event::Stack& stack) {
    return define_as<event::StackId>(stack, &stacks_);
  }
  event::CallableId define(const event::Callable& callable) {
    return define_as<event::CallableId>(callable, &callables_);
  }
  // Writes a fact about the recording. False, with nothing written, when there is no room.
  bool info(std::string_view key, std::string_view value);

 private:
  void commit(event::EventKind kind, unsigned char* next) {
    // Release: whoever sees the kind sees the body. On x86 this only keeps the compiler from
    // moving the stores.
    std::atomic_ref<unsigned char>(*at_).store(static_cast<unsigned char>(kind),
                                               std::memory_order_release);
    at_ = next;
  }
  template <class Id, class Kind>
  Id define_as(const Kind& kind, std::uint32_t* count) {
    if (room() < kMaxRecordBytes) [[unlikely]]
      return Id::kNone;
    Encoder encoder(at_ + 1, &context_);
    event::for_each_field(kind, [&](const char*, const auto& value) { encoder.put(value); });
    commit(Kind::kKind, encoder.at());
    return static_cast<Id>(++*count);
  }

  unsigned char* begin_ = nullptr;
  unsigned char* at_ = nullptr;
  unsigned char* end_ = nullptr;
  Context context_;
  std::uint32_t strings_ = 0;
  std::uint32_t sites_ = 0;
  std::uint32_t stacks_ = 0;
  std::uint32_t callables_ = 0;
};

}  // namespace reactortrack::log
