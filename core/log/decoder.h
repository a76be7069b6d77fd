// SPDX-License-Identifier: MIT
//
// How single fields are read: the other half of Encoder in encoding.h, with every check.
//
// A Decoder reads the fields of one record. It never reads beyond the record's limits and never
// stops half-way: what cannot be read is 0, the first problem is kept, and the caller looks at it
// once, after the last field. So the common path has no branch per field but the varint's own.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string_view>
#include <type_traits>

#include "core/event/event.h"
#include "core/event/names.h"
#include "core/log/encoding.h"

namespace reactortrack::log {

// What a record may refer to: as much as was read before it.
struct Limits {
  std::uint64_t time_unit_ns = kTimeUnitNs;
  std::uint32_t strings = 0;
  std::uint32_t sites = 0;
  std::uint32_t stacks = 0;
  std::uint32_t callables = 0;
  std::uint32_t serial = 0;  // highest plausible serial
};

struct Problem {
  enum Kind : std::uint8_t {
    kNone,
    kCut,           // the bytes end within the record
    kLongNumber,    // a varint of more than 64 bits
    kTooLarge,      // a number beyond its field's range
    kUnknownValue,  // not a value of the enumeration
    kUndefined,     // a definition that has not been read
    kSerial,        // a serial beyond what can have been handed out
    kLongText,      // a text longer than any Writer's
    kTime,          // beyond 292 years
  };
  Kind kind = kNone;
  const char* field = "";
  std::uint64_t value = 0;
};

// With `kChecked` false the caller promises kMaxRecordBytes readable bytes and a record without text.
template <bool kChecked>
class Decoder {
 public:
  Decoder(const unsigned char* at, const unsigned char* end, Context* context, const Limits& limits)
      : at_(at), end_(end), context_(context), limits_(limits) {}

  const unsigned char* at() const { return at_; }
  const Problem& problem() const { return problem_; }

  // The moment of an event, in nanoseconds since the start of the recording.
  [[gnu::always_inline]] std::int64_t time() {
    name_ = "time";
    const std::uint64_t step = varint();
    if (step > max_units() - static_cast<std::uint64_t>(context_->time_units)) [[unlikely]]
      note(Problem::kTime, step);
    else
      context_->time_units += static_cast<std::int64_t>(step);
    return context_->time_units * static_cast<std::int64_t>(limits_.time_unit_ns);
  }

  template <class Value>
  [[gnu::always_inline]] void field(const char* name, Value* value) {
    name_ = name;
    get(value);
  }

 private:
  void note(Problem::Kind kind, std::uint64_t value) {
    if (problem_.kind == Problem::kNone) problem_ = {kind, name_, value};
  }

  std::uint64_t byte() {
    if constexpr (kChecked) {
      if (at_ == end_) {
        note(Problem::kCut, 0);
        return 0;
      }
    }
    return *at_++;
  }
  // Most numbers take one byte.
  [[gnu::always_inline]] std::uint64_t varint() {
    if constexpr (!kChecked) {
      if (*at_ < 0x80) [[likely]]
        return *at_++;
    }
    const Varint read = read_varint(at_, end_);
    if (read.behind == nullptr) [[unlikely]] {
      note(static_cast<Problem::Kind>(read.value), 0);
      return 0;
    }
    at_ = read.behind;
    return read.value;
  }
  struct Varint {
    std::uint64_t value;          // or the problem
    const unsigned char* behind;  // nullptr: it cannot be read
  };
  // No member: a Decoder whose address nobody is given lies in registers.
  [[gnu::noinline]] static Varint read_varint(const unsigned char* at, const unsigned char* end) {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
      if (kChecked && at == end) return {Problem::kCut, nullptr};
      const std::uint64_t next = *at++;
      value |= (next & 0x7F) << shift;
      if (next < 0x80) {
        if (shift == 63 && next > 1) break;
        return {value, at};
      }
    }
    return {Problem::kLongNumber, nullptr};
  }
  [[gnu::always_inline]] std::uint32_t number(std::uint64_t max, Problem::Kind problem) {
    const std::uint64_t value = varint();
    if (value <= max) [[likely]]
      return static_cast<std::uint32_t>(value);
    note(problem, value);
    return 0;
  }
  std::uint64_t max_units() const {
    return static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()) /
           limits_.time_unit_ns;
  }

  void get(std::string_view* text) {
    const std::uint64_t size = varint();
    if (size > kMaxTextBytes) return note(Problem::kLongText, size);
    if (size > static_cast<std::uint64_t>(end_ - at_)) return note(Problem::kCut, 0);
    *text = {reinterpret_cast<const char*>(at_), static_cast<std::size_t>(size)};
    at_ += size;
  }
  void get(bool* value) { *value = number(1, Problem::kUnknownValue) != 0; }
  void get(std::uint32_t* value) {
    *value = number(std::numeric_limits<std::uint32_t>::max(), Problem::kTooLarge);
  }
  void get(std::uint64_t* value) { *value = varint(); }
  void get(std::int32_t* value) {
    *value = static_cast<std::int32_t>(
        unzigzag(number(std::numeric_limits<std::uint32_t>::max(), Problem::kTooLarge)));
  }
  void get(event::Duration* value) {
    const std::int64_t units = unzigzag(varint());
    const auto max = static_cast<std::int64_t>(max_units());
    if (units > max || units < -max) return note(Problem::kTime, static_cast<std::uint64_t>(units));
    value->ns = units * static_cast<std::int64_t>(limits_.time_unit_ns);
  }
  [[gnu::always_inline]] void get(event::Address* value) {
    context_->address += static_cast<std::uint64_t>(unzigzag(varint()));
    value->value = context_->address;
  }
  void get(event::DeferredId* id) { step(id, &context_->deferred); }
  void get(event::FailureId* id) { step(id, &context_->failure); }
  void get(event::DelayedCallId* id) { step(id, &context_->call); }
  void get(event::ThreadId* id) { serial(id); }
  void get(event::ResourceId* id) { serial(id); }
  void get(event::WorkId* id) { serial(id); }
  void get(event::LoopId* id) { serial(id); }
  void get(event::StringId* id) { *id = event::StringId{defined(limits_.strings)}; }
  void get(event::SiteId* id) { *id = event::SiteId{defined(limits_.sites)}; }
  void get(event::StackId* id) { *id = event::StackId{defined(limits_.stacks)}; }
  void get(event::CallableId* id) { *id = event::CallableId{defined(limits_.callables)}; }
  [[gnu::always_inline]] void get(event::Result* result) {
    const std::uint64_t head = byte();
    result->outcome = static_cast<event::Outcome>(head & 0x7F);
    if (!event::is_known(result->outcome)) [[unlikely]]
      return note(Problem::kUnknownValue, head & 0x7F);
    switch (result->outcome) {
      case event::Outcome::kNone: break;
      case event::Outcome::kValue: get(&result->type); break;
      case event::Outcome::kFailureReturned:
      case event::Outcome::kFailureRaised: get(&result->failure); break;
      case event::Outcome::kDeferred: get(&result->deferred); break;
    }
    if ((head & 0x80) != 0) get(&result->text);
  }
  template <event::Worded Enum>
  void get(Enum* value) {
    const std::uint64_t read = varint();
    if (read > 0xFF || !event::is_known(static_cast<Enum>(read))) [[unlikely]]
      return note(Problem::kUnknownValue, read);
    *value = static_cast<Enum>(read);
  }

  template <class Id>
  void serial(Id* id) {
    *id = static_cast<Id>(number(limits_.serial, Problem::kSerial));
  }
  [[gnu::always_inline]] std::uint32_t defined(std::uint32_t count) {
    return number(count, Problem::kUndefined);
  }
  template <class Id>
  [[gnu::always_inline]] void step(Id* id, std::uint32_t* last) {
    const std::uint64_t written = varint();
    if (written == 0) return;
    const std::uint64_t next = *last + static_cast<std::uint64_t>(unzigzag(written - 1));
    if (next - 1 >= limits_.serial) [[unlikely]]
      return note(Problem::kSerial, next);
    *last = static_cast<std::uint32_t>(next);
    *id = static_cast<Id>(next);
  }

  const unsigned char* at_;
  const unsigned char* end_;
  Context* context_;
  const Limits& limits_;
  const char* name_ = "";
  Problem problem_;
};

}  // namespace reactortrack::log
