// SPDX-License-Identifier: MIT
#include "core/log/reader.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <type_traits>

#include "core/event/names.h"

namespace reactortrack::log {
namespace {

const unsigned char* data_of(std::span<const std::byte> bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}

// How many bytes at `at` there are up to the last that is not zero.
std::size_t used_bytes(const unsigned char* at, const unsigned char* end) {
  while (end - at >= 8) {
    std::uint64_t last = 0;
    std::memcpy(&last, end - 8, 8);
    if (last != 0) break;
    end -= 8;
  }
  while (end > at && end[-1] == 0) --end;
  return static_cast<std::size_t>(end - at);
}

template <class Kind>
constexpr bool kHasText = std::is_same_v<Kind, event::String> || std::is_same_v<Kind, event::Info>;

std::string quoted(const char* word) { return std::string("\"") + word + "\""; }

std::string describe(const Problem& problem, const char* kind) {
  const std::string number = std::to_string(problem.value);
  const std::string field = quoted(problem.field) + " of " + quoted(kind);
  switch (problem.kind) {
    case Problem::kLongNumber: return field + " is a number of more than 64 bits; damaged?";
    case Problem::kTooLarge: return field + " is " + number + ", which is out of range; damaged?";
    case Problem::kUnknownValue:
      return field + " is " + number + ", which is unknown; written by a newer version?";
    case Problem::kUndefined:
      return field + " is " + number + ", which is not defined before it; damaged?";
    case Problem::kSerial:
      return field + " is " + number + ", which cannot have been handed out yet; damaged?";
    case Problem::kLongText:
      return field + " has " + number + " bytes, but no text is longer than " +
             std::to_string(kMaxTextBytes) + "; damaged?";
    case Problem::kTime: return field + " is beyond 292 years; damaged?";
    case Problem::kNone:
    case Problem::kCut: break;
  }
  return field + " is cut";
}

}  // namespace

Reader::Reader(std::span<const std::byte> bytes, std::uint32_t serial_slack)
    : begin_(data_of(bytes)), at_(begin_), end_(begin_ + bytes.size()) {
  limits_.serial = serial_slack;
}

// By kind byte: what reads the record.
struct Reader::ReadTable {
  std::array<Read, 256> reads;
  constexpr ReadTable() : reads() {
    reads.fill(&Reader::refuse);
    event::for_each_kind([this]<class Kind>() {
      reads[static_cast<std::size_t>(Kind::kKind)] = &Reader::read<Kind>;
    });
  }
};

bool Reader::next(event::Event* event) {
  static constexpr ReadTable kTable;
  if (ending_ != Ending::kOpen) [[unlikely]]
    return false;
  if (!header_read_ && !read_header()) [[unlikely]]
    return false;
  if (at_ == end_) [[unlikely]]
    return stop(0);
  return kTable.reads[kind_byte()](this, event);
}

template <class Kind>
bool Reader::read(Reader* reader, event::Event* event) {
  if (!kHasText<Kind> && reader->left() >= kMaxRecordBytes) [[likely]]
    return reader->read_fields<kHasText<Kind>, Kind>(&reader->context_, event);
  Context context = reader->context_;  // a record that is cut must leave no trace
  if (!reader->read_fields<true, Kind>(&context, event)) return false;
  reader->context_ = context;
  return true;
}

template <bool kChecked, class Kind>
bool Reader::read_fields(Context* context, event::Event* event) {
  Decoder<kChecked> decoder(at_ + 1, end_, context, limits_);
  Kind& kind = event->body.emplace<Kind>();
  if constexpr (kIsTimed<Kind>)
    event->time_ns = decoder.time();
  else
    event->time_ns = context->time_units * static_cast<std::int64_t>(limits_.time_unit_ns);
  event::for_each_field(kind, [&](const char* name, auto& value) { decoder.field(name, &value); });
  if (decoder.problem().kind != Problem::kNone) [[unlikely]]
    return stop_at(decoder.problem(), Kind::kName);
  at_ = decoder.at();
  position_ = static_cast<std::uint64_t>(at_ - begin_);
  limits_.serial += limits_.serial != ~0u;
  take_in(kind);
  return true;
}

// ---- Once more --------------------------------------------------------------------------------

struct Reader::RereadTable {
  std::array<Reread, 256> reads;
  constexpr RereadTable() : reads() {
    reads.fill(nullptr);
    event::for_each_kind([this]<class Kind>() {
      reads[static_cast<std::size_t>(Kind::kKind)] = &Reader::reread_fields<Kind>;
    });
  }
};

bool Reader::reread(Bookmark* bookmark, event::Event* event) const {
  static constexpr RereadTable kTable;
  if (bookmark->offset < kHeaderBytes || bookmark->offset >= position_) return false;
  const Reread of_kind = kTable.reads[begin_[bookmark->offset]];
  return of_kind != nullptr && of_kind(*this, bookmark, event);
}

// With every check, though the record has passed them: the file may have been written over.
template <class Kind>
bool Reader::reread_fields(const Reader& reader, Bookmark* bookmark, event::Event* event) {
  Decoder<true> decoder(reader.begin_ + bookmark->offset + 1, reader.begin_ + reader.position_,
                        &bookmark->context, reader.limits_);
  Kind& kind = event->body.emplace<Kind>();
  if constexpr (kIsTimed<Kind>)
    event->time_ns = decoder.time();
  else
    event->time_ns =
        bookmark->context.time_units * static_cast<std::int64_t>(reader.limits_.time_unit_ns);
  event::for_each_field(kind, [&](const char* name, auto& value) { decoder.field(name, &value); });
  bookmark->offset = static_cast<std::uint64_t>(decoder.at() - reader.begin_);
  return decoder.problem().kind == Problem::kNone;
}

// ---- What a record tells the Reader -----------------------------------------------------------

template <class Kind>
void Reader::take_in(const Kind& kind) {
  if constexpr (!kIsTimed<Kind>) {
    definitions_.add(kind);
    limits_.strings = definitions_.string_count();
    limits_.sites = definitions_.site_count();
    limits_.stacks = definitions_.stack_count();
    limits_.callables = definitions_.callable_count();
  } else if constexpr (std::is_same_v<Kind, event::Lost>) {
    const std::uint64_t before = std::min(lost_count_, kMaxLostSerials);
    const std::uint64_t lost = std::min(kind.count, ~std::uint64_t{0} - lost_count_);
    lost_count_ += lost;
    if (kind.reason == event::LostReason::kLeftOut) left_out_count_ += lost;
    const std::uint64_t more = std::min(lost_count_, kMaxLostSerials) - before;
    limits_.serial +=
        static_cast<std::uint32_t>(std::min<std::uint64_t>(more, ~0u - limits_.serial));
  } else if constexpr (std::is_same_v<Kind, event::Segment>) {
    const std::uint32_t given = std::max({kind.deferreds, kind.failures, kind.calls});
    if (given > limits_.serial) limits_.serial = given;
    limits_.serial += std::min(kSerialSlack, ~0u - limits_.serial);
  } else if constexpr (std::is_same_v<Kind, event::End>) {
    end_recording();
  }
}

// A zero, or a kind that is not in the table.
bool Reader::refuse(Reader* reader, event::Event* event) {
  const unsigned kind = reader->kind_byte();
  if (kind != 0 && !event::is_known(static_cast<event::EventKind>(kind)))
    return reader->fail_here("event kind " + std::to_string(kind) +
                             " is unknown; written by a newer version?");
  if (kind != 0) return reader->next(event);  // written just now
  const std::size_t torn_bytes = used_bytes(reader->at_, reader->end_);
  if (reader->kind_byte() != 0) return reader->next(event);
  if (torn_bytes > kMaxRecordBytes + 2 * kMaxTextBytes)
    reader->warn({reader->position_, 0,
                  std::to_string(torn_bytes) +
                      " bytes behind a zero cannot be read; a part of the file was not stored?"});
  return reader->stop(torn_bytes);
}

bool Reader::read_header() {
  const std::size_t size = std::min(left(), kHeaderBytes);
  unsigned char header[kHeaderBytes] = {};
  if (size > 0) std::memcpy(header, at_, size);
  const std::size_t written = used_bytes(header, header + kHeaderBytes);
  // A header that is not whole: the bytes end, or the program was killed within its first step.
  if (size < kHeaderBytes || written <= sizeof(kMagic)) {
    if (std::memcmp(header, kMagic, std::min(written, sizeof(kMagic))) == 0) return stop(written);
    return fail_here("not a recording: it does not begin with the mark of one");
  }
  if (std::memcmp(header, kMagic, sizeof(kMagic)) != 0)
    return fail_here("not a recording: it does not begin with the mark of one");
  const unsigned version = header[8] | header[9] << 8;
  if (version != kFormatVersion)
    return fail({8, 0,
                 "format version " + std::to_string(version) + " is unknown, only " +
                     std::to_string(kFormatVersion) +
                     " is; written by a newer version of reactortrack?"});
  if (header[10] > kSegmentFlag || header[11] != 0)
    return fail({10, 0, "the header has flags that are unknown; written by a newer version?"});
  const std::uint32_t unit_ns = header[12] | header[13] << 8 | header[14] << 16 |
                                static_cast<std::uint32_t>(header[15]) << 24;
  if (unit_ns == 0 || unit_ns > kMaxTimeUnitNs)
    return fail(
        {12, 0, "a time unit of " + std::to_string(unit_ns) + " ns is out of range; damaged?"});
  limits_.time_unit_ns = unit_ns;
  at_ += kHeaderBytes;
  position_ = kHeaderBytes;
  header_read_ = true;
  return true;
}

void Reader::end_recording() {
  ending_ = Ending::kComplete;
  const std::size_t behind = used_bytes(at_, end_);
  if (behind > 0)
    warn({position_, 0, std::to_string(behind) + " bytes behind the end marker are not read"});
}

bool Reader::stop(std::uint64_t torn_bytes) {
  ending_ = Ending::kTruncated;
  torn_bytes_ = torn_bytes;
  return false;
}

bool Reader::stop_at(const Problem& problem, const char* kind) {
  if (problem.kind == Problem::kCut) return stop(left());
  return fail_here(describe(problem, kind));
}

bool Reader::fail_here(std::string cause) { return fail({position_, 0, std::move(cause)}); }

void Reader::extend(std::span<const std::byte> bytes) {
  const unsigned char* begin = data_of(bytes);
  if (bytes.size() < position_) return;
  if (begin != begin_)
    definitions_.rebase(reinterpret_cast<const std::byte*>(begin_), bytes.data());
  begin_ = begin;
  at_ = begin + position_;
  end_ = begin + bytes.size();
  if (ending_ == Ending::kTruncated) {
    ending_ = Ending::kOpen;
    torn_bytes_ = 0;
  }
}

}  // namespace reactortrack::log
