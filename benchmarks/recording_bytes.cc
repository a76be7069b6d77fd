// SPDX-License-Identifier: MIT
//
// Where a recording's bytes go: recording_bytes FILE prints, for each kind of record, how many there
// are, how many bytes they take, and what each of their fields takes on average.
//
// The fields are encoded once more by the Writer's own Encoder, so the sums agree with the file.
#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "core/event/names.h"
#include "core/log/encoding.h"
#include "core/log/reader.h"

namespace {

using namespace reactortrack;

struct Part {
  const char* name = "";
  std::uint64_t bytes = 0;
};

struct Kind {
  std::string name;
  std::uint64_t count = 0;
  std::uint64_t bytes = 0;
  std::vector<Part> parts;
};

class Sizes {
 public:
  void add(const event::Event& event, std::uint64_t bytes) {
    const std::size_t index = static_cast<std::size_t>(event::kind_of(event.body));
    Kind& kind = kinds_[index];
    ++kind.count;
    kind.bytes += bytes;
    std::size_t part = 0;
    const auto encode = [&](const char* name, const auto& value) {
      log::Encoder encoder(scratch_.data(), &context_);
      encoder.put(value);
      note(&kind, part++, name, static_cast<std::uint64_t>(encoder.at() - scratch_.data()));
    };
    std::visit(
        [&](const auto& body) {
          kind.name = body.kName;
          if (index >= event::kFirstTimedKind) {
            log::Encoder encoder(scratch_.data(), &context_);
            encoder.time(event.time_ns);
            note(&kind, part++, "time", static_cast<std::uint64_t>(encoder.at() - scratch_.data()));
          }
          event::for_each_field(body, encode);
        },
        event.body);
  }

  void print() {
    std::uint64_t all = 0, events = 0;
    std::vector<const Kind*> rows;
    for (std::size_t i = 0; i < kinds_.size(); ++i) {
      if (kinds_[i].count == 0) continue;
      rows.push_back(&kinds_[i]);
      all += kinds_[i].bytes;
      if (i >= event::kFirstTimedKind) events += kinds_[i].count;
    }
    std::sort(rows.begin(), rows.end(),
              [](const Kind* a, const Kind* b) { return a->bytes > b->bytes; });
    std::printf("%llu bytes in records, %llu events: %.2f bytes an event\n", as_long(all),
                as_long(events), static_cast<double>(all) / static_cast<double>(events));
    for (const Kind* kind : rows) {
      std::printf(
          "%6.2f%%  %8llu x %6.2f  %-16s",
          100.0 * static_cast<double>(kind->bytes) / static_cast<double>(all), as_long(kind->count),
          static_cast<double>(kind->bytes) / static_cast<double>(kind->count), kind->name.c_str());
      for (const Part& part : kind->parts)
        std::printf(" %s %.2f", part.name,
                    static_cast<double>(part.bytes) / static_cast<double>(kind->count));
      std::printf("\n");
    }
  }

 private:
  static unsigned long long as_long(std::uint64_t value) { return value; }
  static void note(Kind* kind, std::size_t part, const char* name, std::uint64_t bytes) {
    if (kind->parts.size() <= part) kind->parts.resize(part + 1);
    kind->parts[part].name = name;
    kind->parts[part].bytes += bytes;
  }

  std::array<Kind, 256> kinds_;
  log::Context context_;
  std::array<unsigned char, 4 * log::kMaxTextBytes> scratch_;
};

}  // namespace

int main(int count, char** words) {
  if (count != 2) {
    std::fprintf(stderr, "usage: recording_bytes FILE\n");
    return 2;
  }
  std::ifstream file(words[1], std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  log::Reader reader(std::as_bytes(std::span(text)));
  Sizes sizes;
  event::Event event;
  for (std::uint64_t before = log::kHeaderBytes; reader.next(&event); before = reader.position())
    sizes.add(event, reader.position() - before);
  sizes.print();
  if (reader.ending() != log::Ending::kError) return 0;
  std::fprintf(stderr, "%s: %s\n", words[1], reader.error().cause.c_str());
  return 1;
}
