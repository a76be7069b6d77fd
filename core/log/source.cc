// SPDX-License-Identifier: MIT
#include "core/log/source.h"

#include <algorithm>
#include <cstring>
#include <string_view>

#include "core/log/encoding.h"
#include "core/log/json_lines.h"
#include "core/log/reader.h"

namespace reactortrack::log {
namespace {

// Bytes that are no recording.
class Refusal final : public Source {
 public:
  explicit Refusal(std::string cause) { fail({0, 0, std::move(cause)}); }
  bool next(event::Event*) override { return false; }
  void extend(std::span<const std::byte>) override {}
};

struct Signature {
  std::string_view bytes;
  const char* cause;
};
constexpr Signature kForeign[] = {
    {"\x1F\x8B", "compressed with gzip; unpack it first (gunzip)"},
    {"\x28\xB5\x2F\xFD", "compressed with zstd; unpack it first (unzstd)"},
    {"\xFD"
     "7zXZ",
     "compressed with xz; unpack it first (unxz)"},
    {"PK\x03\x04", "a zip archive; unpack it first"},
    {"\x89PNG", "a PNG picture, not a recording"},
    {"\x7F"
     "ELF",
     "a program, not a recording"},
    {"%PDF", "a PDF document, not a recording"},
};

// How far into a file to look for a first JSON line behind other text.
constexpr std::size_t kPreambleBytes = 4096;

bool has_json_line(std::string_view text) {
  text = text.substr(0, kPreambleBytes);
  for (std::size_t at = 0; at != std::string_view::npos;) {
    at = text.find_first_not_of(" \t\r\n\xEF\xBB\xBF", at);
    if (at != std::string_view::npos && text[at] == '{') return true;
    at = text.find('\n', at);
  }
  return false;
}

std::unique_ptr<Source> refuse(std::string_view text) {
  for (const Signature& each : kForeign)
    if (text.starts_with(each.bytes)) return std::make_unique<Refusal>(each.cause);
  const std::string_view start = text.substr(0, 512);
  const bool is_text = std::all_of(start.begin(), start.end(), [](char c) {
    return static_cast<unsigned char>(c) >= 0x20 || c == '\n' || c == '\r' || c == '\t';
  });
  return std::make_unique<Refusal>(
      is_text ? "text, but neither a recording nor JSON lines: no line begins with a brace"
              : "not a recording: it begins neither with the mark of one nor with a JSON line");
}

}  // namespace

Format format_of(std::span<const std::byte> bytes) {
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  if (text.empty()) return Format::kForeign;
  const std::string_view magic(reinterpret_cast<const char*>(kMagic), sizeof(kMagic));
  // Only zeros: a recording whose program was killed before its first byte.
  if (text.starts_with(magic) || magic.starts_with(text) ||
      text.find_first_not_of('\0') == std::string_view::npos)
    return Format::kRecording;
  return has_json_line(text) ? Format::kJsonLines : Format::kForeign;
}

std::unique_ptr<Source> open(std::span<const std::byte> bytes) {
  switch (format_of(bytes)) {
    case Format::kRecording: return std::make_unique<Reader>(bytes);
    case Format::kJsonLines: return std::make_unique<JsonLinesReader>(bytes);
    case Format::kForeign: break;
  }
  if (bytes.empty()) return std::make_unique<Refusal>("empty: nothing was recorded into it");
  return refuse({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

}  // namespace reactortrack::log
