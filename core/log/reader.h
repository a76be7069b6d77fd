// SPDX-License-Identifier: MIT
//
// Reader: bytes -> events, in the order they were written. The other half of Writer.
//
// Total on any bytes: every id, enumeration value and length is checked, and bytes that no Writer
// makes end with kError at the record's offset. Where a kind should stand, a zero is the end of
// what was written, and a last record that is not whole is cut: kTruncated, no error, because a
// killed program leaves exactly that.
//
// Texts are views of the bytes, not copies. Memory is that of the definitions: 8 to 16 bytes each.
// Serials are checked against the number of records before them, so tables that are indexed by
// serial stay in proportion to the input.
//
// Cost: about 15 ns an event (benchmarks/log_benchmark.cc). Follows a file that another process
// writes: hand over a mapping of it, and extend() when it has grown.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "core/event/event.h"
#include "core/log/decoder.h"
#include "core/log/encoding.h"
#include "core/log/source.h"

namespace reactortrack::log {

// Where a record begins, and what the differences in it are taken to.
struct Bookmark {
  std::uint64_t offset = 0;
  Context context;
};

class Reader final : public Source {
 public:
  // `serial_slack`: how far serials may run ahead of the records that introduce them.
  explicit Reader(std::span<const std::byte> bytes, std::uint32_t serial_slack = kSerialSlack);
  bool next(event::Event* event) override;
  void extend(std::span<const std::byte> bytes) override;

  // The place of the record that next() reads next.
  Bookmark bookmark() const { return {position_, context_}; }
  // Reads a record that next() has read before, definitions too, and moves the bookmark to the one
  // behind it. Changes nothing of the Reader. False where next() has not been.
  bool reread(Bookmark* bookmark, event::Event* event) const;

  // Of recordings; what was lost is added to it.
  static constexpr std::uint32_t kSerialSlack = 1024;
  static constexpr std::uint64_t kMaxLostSerials = 1u << 20;

 private:
  template <class Kind>
  static bool read(Reader* reader, event::Event* event);
  template <bool kChecked, class Kind>
  bool read_fields(Context* context, event::Event* event);
  template <class Kind>
  void take_in(const Kind& kind);
  template <class Kind>
  static bool reread_fields(const Reader& reader, Bookmark* bookmark, event::Event* event);
  static bool refuse(Reader* reader, event::Event* event);
  using Read = bool (*)(Reader*, event::Event*);
  struct ReadTable;
  using Reread = bool (*)(const Reader&, Bookmark*, event::Event*);
  struct RereadTable;

  bool read_header();
  bool stop(std::uint64_t torn_bytes);
  bool stop_at(const Problem& problem, const char* kind);
  bool fail_here(std::string cause);
  void end_recording();
  std::size_t left() const { return static_cast<std::size_t>(end_ - at_); }
  unsigned char kind_byte() const { return __atomic_load_n(at_, __ATOMIC_ACQUIRE); }

  const unsigned char* begin_;
  const unsigned char* at_;
  const unsigned char* end_;
  Context context_;
  Limits limits_;
  bool header_read_ = false;
};

}  // namespace reactortrack::log
