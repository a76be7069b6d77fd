// SPDX-License-Identifier: MIT
//
// How single fields are written: little-endian base-128 varints (LEB128, as in DWARF and protobuf),
// zigzag for signed numbers, and differences to the last value of the same kind where values cluster.
// docs/log-format.md is the specification; Encoder here and Decoder in decoder.h are its two halves.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <type_traits>

#include "core/event/event.h"

namespace reactortrack::log {

// Bytes 0-7 of a recording. As in PNG: a first byte that is no text, and line ends that a transfer
// in text mode would damage.
inline constexpr unsigned char kMagic[8] = {0x89, 'R', 'T', 'L', 'O', 'G', '\r', '\n'};
inline constexpr std::uint16_t kFormatVersion = 1;
inline constexpr std::size_t kHeaderBytes = 16;
// In the header's flags: a segment of a ring (join.h).
inline constexpr unsigned char kSegmentFlag = 1;
// Times are written in steps of this many nanoseconds: a callback's time stays exact to what a
// clock can tell, and the noise below it, which does not compress, is left out.
inline constexpr std::uint32_t kTimeUnitNs = 100;
inline constexpr std::uint32_t kMaxTimeUnitNs = 1'000'000'000;

// No text in a recording is longer; the Writer cuts at a character and appends "...".
inline constexpr std::size_t kMaxTextBytes = 4096;
// No record without a text is longer than this.
inline constexpr std::size_t kMaxRecordBytes = 128;

// Whether a record of this kind has its moment before its fields.
template <class Kind>
inline constexpr bool kIsTimed = static_cast<std::uint8_t>(Kind::kKind) >= event::kFirstTimedKind;

// The values that differences are taken to. Reader and Writer change theirs in step.
struct Context {
  std::int64_t time_units = 0;
  std::uint32_t deferred = 0;
  std::uint32_t failure = 0;
  std::uint32_t call = 0;
  std::uint64_t address = 0;
};

constexpr std::uint64_t zigzag(std::int64_t value) {
  return (static_cast<std::uint64_t>(value) << 1) ^ static_cast<std::uint64_t>(value >> 63);
}
constexpr std::int64_t unzigzag(std::uint64_t value) {
  return static_cast<std::int64_t>((value >> 1) ^ (~(value & 1) + 1));
}

// Writes fields at `at`, which must have room for kMaxRecordBytes plus the texts.
class Encoder {
 public:
  Encoder(unsigned char* at, Context* context) : at_(at), context_(context) {}
  unsigned char* at() const { return at_; }

  [[gnu::always_inline]] void varint(std::uint64_t value) {
    while (value >= 0x80) {
      *at_++ = static_cast<unsigned char>(value | 0x80);
      value >>= 7;
    }
    *at_++ = static_cast<unsigned char>(value);
  }
  void signed_varint(std::int64_t value) { varint(zigzag(value)); }

  // The moment of an event: time units since the event before. Never negative: a clock that steps
  // back writes 0 until it has caught up.
  [[gnu::always_inline]] void time(std::int64_t time_ns) {
    const std::int64_t units = time_ns / kTimeUnitNs;
    const std::int64_t step = units > context_->time_units ? units - context_->time_units : 0;
    context_->time_units += step;
    varint(static_cast<std::uint64_t>(step));
  }

  void put(std::string_view text) {
    varint(text.size());
    std::memcpy(at_, text.data(), text.size());
    at_ += text.size();
  }
  void put(bool value) { *at_++ = value ? 1 : 0; }
  void put(std::uint32_t value) { varint(value); }
  void put(std::uint64_t value) { varint(value); }
  void put(std::int32_t value) { signed_varint(value); }
  void put(event::Duration value) {  // rounded down, so that what is below 0 stays below 0
    const std::int64_t unit = kTimeUnitNs;
    signed_varint(value.ns / unit - (value.ns % unit < 0));
  }
  void put(
      event::Address value) {  // objects start at multiples of 16; keep the rest if they do not
    signed_varint(static_cast<std::int64_t>(value.value - context_->address));
    context_->address = value.value;
  }
  void put(event::DeferredId id) { step(event::number(id), &context_->deferred); }
  void put(event::FailureId id) { step(event::number(id), &context_->failure); }
  void put(event::DelayedCallId id) { step(event::number(id), &context_->call); }
  void put(const event::Result& result) {
    const bool has_text = event::number(result.text) != 0;
    *at_++ =
        static_cast<unsigned char>(static_cast<unsigned>(result.outcome) | (has_text ? 0x80u : 0u));
    switch (result.outcome) {
      case event::Outcome::kNone: break;
      case event::Outcome::kValue: put(result.type); break;
      case event::Outcome::kFailureReturned:
      case event::Outcome::kFailureRaised: put(result.failure); break;
      case event::Outcome::kDeferred: put(result.deferred); break;
    }
    if (has_text) put(result.text);
  }
  template <class Enum>
    requires std::is_enum_v<Enum>
  void put(Enum value) {  // definition ids, other small numbers, enumerations
    varint(static_cast<std::uint64_t>(value));
  }

 private:
  // Most ids are near the last one of their kind. None (0) is written as 0, any other id as one
  // more than the zigzag of its distance.
  [[gnu::always_inline]] void step(std::uint32_t id, std::uint32_t* last) {
    if (id == 0) return varint(0);
    varint(zigzag(static_cast<std::int64_t>(id) - static_cast<std::int64_t>(*last)) + 1);
    *last = id;
  }

  unsigned char* at_;
  Context* context_;
};

}  // namespace reactortrack::log
