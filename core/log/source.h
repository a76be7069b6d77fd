// SPDX-License-Identifier: MIT
//
// Source: what a recording is to everybody who reads one, whether it came as `.rtlog` or as JSON
// lines. open() looks at the first bytes and chooses.
//
//   std::unique_ptr<log::Source> source = log::open(bytes);
//   event::Event event;
//   while (source->next(&event)) { ... source->definitions().text(...) ... }
//   if (source->ending() == log::Ending::kError) { ... source->error().cause ... }
//
// Every byte sequence ends: in events and then kComplete, kTruncated or kError. Definitions are
// handed out too, as events, so that a converter can copy everything; they can be looked up in
// definitions() as soon as next() has returned them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/event/event.h"
#include "core/log/definitions.h"

namespace reactortrack::log {

enum class Ending : std::uint8_t {
  kOpen,      // not reached yet
  kComplete,  // the end marker was read. JSON lines without `info` lines have none: their last line
  kTruncated,  // no end marker: the program was killed, or is still being recorded
  kError,      // the bytes from error().offset on cannot be read
};

// What is wrong, and where. The file's name is added by whoever knows it:
//   app.rtlog, byte 81920: event kind 77 is unknown; written by a newer version?
struct Error {
  std::uint64_t offset = 0;  // byte, from 0
  std::uint64_t line = 0;    // from 1, in JSON lines; 0 otherwise
  std::string cause;
};

// One thread at a time. The bytes must outlive the Source and all views it hands out.
class Source {
 public:
  virtual ~Source() = default;

  // Reads the next event. False at the end: see ending().
  virtual bool next(event::Event* event) = 0;

  // For a recording that grows: the same bytes with more behind them, perhaps at another address.
  // Views of the old bytes are void then (those in definitions() are moved along). After kTruncated
  // next() goes on where it stopped. No effect after an end marker, nor on a recording after kError.
  virtual void extend(std::span<const std::byte> bytes) = 0;

  Ending ending() const { return ending_; }
  const Error& error() const { return error_; }  // for kError
  const Definitions& definitions() const { return definitions_; }
  // Events that `lost` records read so far speak of.
  std::uint64_t lost_count() const { return lost_count_; }
  // Of them, those that were recorded and are no part of this window, or of what a ring has kept.
  std::uint64_t left_out_count() const { return left_out_count_; }
  // Bytes read so far. Divided by the size: the progress.
  std::uint64_t position() const { return position_; }
  // For kTruncated: bytes of a last record that is not whole. 0 when the cut is between records.
  std::uint64_t torn_bytes() const { return torn_bytes_; }
  // What was skipped (broken JSON lines, bytes after the end marker): the first kMaxWarnings of
  // warning_count().
  std::span<const Error> warnings() const { return warnings_; }
  std::uint64_t warning_count() const { return warning_count_; }

  static constexpr std::size_t kMaxWarnings = 100;

 protected:
  void warn(Error warning) {
    ++warning_count_;
    if (warnings_.size() < kMaxWarnings) warnings_.push_back(std::move(warning));
  }
  // Ends with kError; returns false, as next() then does.
  bool fail(Error error) {
    ending_ = Ending::kError;
    error_ = std::move(error);
    return false;
  }

  Definitions definitions_;
  Error error_;
  std::uint64_t lost_count_ = 0;
  std::uint64_t left_out_count_ = 0;
  std::uint64_t position_ = 0;
  std::uint64_t torn_bytes_ = 0;
  Ending ending_ = Ending::kOpen;

 private:
  std::vector<Error> warnings_;
  std::uint64_t warning_count_ = 0;
};

enum class Format : std::uint8_t {
  kForeign,    // anything else, or nothing yet
  kRecording,  // .rtlog: read by a Reader
  kJsonLines,
};
// By the first bytes.
Format format_of(std::span<const std::byte> bytes);

// Chooses by content: a recording, or JSON lines. Anything else (an empty or foreign file) gives a
// Source that is at kError already, with a cause that says what the bytes look like.
std::unique_ptr<Source> open(std::span<const std::byte> bytes);

}  // namespace reactortrack::log
