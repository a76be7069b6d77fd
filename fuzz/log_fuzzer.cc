// SPDX-License-Identifier: MIT
//
// libFuzzer target: any bytes, read as open() reads them. Looks at everything that a caller may
// look at, writes what it read as JSON lines, and reads those again. fuzz/run.sh builds and runs it.
//
// The last byte chooses where the bytes are cut, to be read once more as a follower sees them: up to
// there first, then all. A recording must give the same events both ways. A Timeline reads them in
// the same two steps, and is asked about some of its events. As segments of a ring, both parts and the
// whole must become one recording that can be read.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/event/names.h"
#include "core/log/encoding.h"
#include "core/log/join.h"
#include "core/log/json_lines.h"
#include "core/log/source.h"
#include "core/replay/homes.h"
#include "core/replay/moment.h"
#include "core/replay/timeline.h"

namespace {

using namespace reactortrack;

constexpr std::size_t kMaxLinesBytes = 1u << 14;

// What must hold, or the fuzzer has found something.
void require(bool holds) {
  if (!holds) std::abort();
}

class Digest {
 public:
  void add(std::string_view text) {
    for (const char c : text) value_ = (value_ ^ static_cast<unsigned char>(c)) * 1099511628211u;
  }
  void add(std::uint64_t number) { value_ = (value_ ^ number) * 1099511628211u; }
  void operator()(const char*, std::string_view text) { add(text); }
  void operator()(const char*, std::integral auto number) {
    add(static_cast<std::uint64_t>(number));
  }
  void operator()(const char*, event::Address address) { add(address.value); }
  void operator()(const char*, event::Duration length) {
    add(static_cast<std::uint64_t>(length.ns));
  }
  void operator()(const char*, const event::Result& result) {
    add(static_cast<std::uint64_t>(result.outcome));
    require(event::is_known(result.outcome));
  }
  template <event::Worded Enum>
  void operator()(const char*, Enum value) {
    require(event::is_known(value));
    add(static_cast<std::uint64_t>(value));
  }
  template <class Id>
    requires(std::is_enum_v<Id> && !event::Worded<Id>)
  void operator()(const char*, Id id) {
    add(event::number(id));
  }
  std::uint64_t value() const { return value_; }

 private:
  std::uint64_t value_ = 14695981039346656037u;
};

// Reads on to the end there is now.
void read_on(log::Source* source, log::JsonLinesWriter* writer, Digest* digest,
             std::string* lines) {
  std::int64_t time_ns = 0;
  for (event::Event event; source->next(&event);) {
    require(source->ending() != log::Ending::kError);
    require(event.time_ns >= time_ns);
    time_ns = event.time_ns;
    digest->add(static_cast<std::uint64_t>(time_ns));
    digest->add(event.body.index());
    std::visit([&](const auto& kind) { event::for_each_field(kind, *digest); }, event.body);
    // Lines can be far longer than records; the text of some is enough.
    if (lines->size() < kMaxLinesBytes)
      writer->append(event, lines);
    else
      writer->observe(event);
  }
  require(source->ending() != log::Ending::kOpen);
  require((source->ending() == log::Ending::kError) == !source->error().cause.empty());
}

std::uint64_t read(std::span<const std::byte> bytes, std::size_t first, std::string* lines) {
  // Copies of exactly these sizes, so that a byte read too far is seen.
  auto memory = std::make_unique<std::vector<std::byte>>(
      bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(first));
  const std::unique_ptr<log::Source> source = log::open(*memory);
  log::JsonLinesWriter writer(source->definitions());
  Digest digest;
  read_on(source.get(), &writer, &digest, lines);
  if (first == bytes.size()) return digest.value();
  auto grown = std::make_unique<std::vector<std::byte>>(bytes.begin(), bytes.end());
  source->extend(*grown);
  memory = std::move(grown);
  if (source->ending() == log::Ending::kOpen) read_on(source.get(), &writer, &digest, lines);
  return digest.value();
}

// What is asked of a Timeline must have an answer, at any event.
void ask(const replay::Timeline& timeline) {
  const replay::Model& model = timeline.model();
  const std::uint32_t last = replay::number(timeline.last());
  const std::uint32_t stride = last / 8 + 1;
  for (std::uint32_t each = 0; each <= last; each += stride) {
    const auto at = static_cast<replay::EventNumber>(each);
    require(timeline.event(at).has_value() == (each != 0));
    require(replay::number(timeline.at_time(timeline.time_ns(at))) >= each);
    timeline.cursor(at);
    for (const replay::Deferred& deferred : model.deferreds())
      require(!word(replay::state_of(model, deferred, at)).empty());
  }
  for (const replay::Deferred& deferred : model.deferreds())
    require(replay::state_of(model, deferred, timeline.last()) == model.state_of(deferred));
  std::uint64_t events = 0;
  for (const replay::Bucket& bucket :
       timeline.histogram(replay::EventNumber{1}, timeline.last(), 16))
    events += bucket.events;
  require(events == last);
  replay::Homes homes;
  homes.update(model);
}

void replay_in_two_steps(std::span<const std::byte> bytes, std::size_t first) {
  replay::Timeline timeline(bytes.first(first));
  while (timeline.read(100)) {
  }
  ask(timeline);
  timeline.extend(bytes);
  while (timeline.read(100)) {
  }
  ask(timeline);
}

// The bytes as a segment of a ring, and as two that follow one another: whatever they are, one
// recording comes of it that reads without an error.
void join_segments(std::span<const std::byte> bytes, std::size_t first) {
  std::vector<std::byte> second(bytes.begin(), bytes.end());
  second.erase(second.begin() + static_cast<std::ptrdiff_t>(std::min(first, log::kHeaderBytes)),
               second.begin() + static_cast<std::ptrdiff_t>(first));
  const std::span<const std::byte> segments[] = {bytes.first(first), second, bytes};
  const log::Joined joined = log::join(segments);
  const std::unique_ptr<log::Source> source = log::open(joined.bytes);
  std::int64_t time_ns = 0;
  for (event::Event event; source->next(&event); time_ns = event.time_ns)
    require(event.time_ns >= time_ns);
  require(source->ending() == log::Ending::kTruncated ||
          source->ending() == log::Ending::kComplete);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const auto bytes = std::as_bytes(std::span(data, size - 1));
  std::string lines;
  const std::uint64_t at_once = read(bytes, bytes.size(), &lines);
  const std::size_t cut = data[size - 1] * bytes.size() / 256;
  replay_in_two_steps(bytes, cut);
  join_segments(bytes, cut);
  std::string ignored;
  const std::uint64_t in_two_steps = read(bytes, cut, &ignored);
  // Of a text, the first half may be a whole line, or a foreign file.
  const bool is_recording =
      cut >= sizeof(log::kMagic) && std::memcmp(data, log::kMagic, sizeof(log::kMagic)) == 0;
  if (is_recording) require(at_once == in_two_steps);
  if (lines.size() < kMaxLinesBytes) read(std::as_bytes(std::span(lines)), lines.size(), &ignored);
  return 0;
}
