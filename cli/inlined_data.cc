// SPDX-License-Identifier: MIT
#include "cli/inlined_data.h"

#include "cli/gzip.h"

namespace reactortrack::cli {

namespace {

// Bytes of gzip in one element; their base64 is 1 MiB.
constexpr std::size_t kChunkBytes = 3 << 18;

// ` name="BASE64"`; nothing for an empty text.
std::string attribute(std::string_view name, std::string_view text) {
  if (text.empty()) return "";
  return " data-" + std::string(name) + "=\"" + base64(text) + "\"";
}

std::string attributes(std::string_view recording, const About& about) {
  std::string text = attribute("name", about.name) + " data-size=\"" +
                     std::to_string(recording.size()) + "\"" + attribute("title", about.title);
  if (about.event != 0) text += " data-event=\"" + std::to_string(about.event) + "\"";
  return text + attribute("note", about.note);
}

}  // namespace

std::string base64(std::string_view bytes) {
  constexpr std::string_view kDigits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t at = 0; at < bytes.size(); at += 3) {
    const std::string_view group = bytes.substr(at, 3);
    std::uint32_t bits = 0;
    for (std::size_t i = 0; i < 3; ++i)
      bits = bits << 8 | (i < group.size() ? static_cast<unsigned char>(group[i]) : 0u);
    for (std::size_t i = 0; i < 4; ++i)
      text += i <= group.size() ? kDigits[bits >> (18 - 6 * i) & 63] : '=';
  }
  return text;
}

std::string inlined(std::string_view recording, const About& about) {
  constexpr int kLevel = 6;
  const std::string packed = gzip(recording, kLevel);
  std::string out;
  out.reserve(packed.size() / 3 * 4 + packed.size() / 4096 + 4096);
  for (std::size_t at = 0; at < packed.size(); at += kChunkBytes) {
    out += R"(<script type="text/plain" class="rt-data")";
    if (at == 0) out += attributes(recording, about);
    out += ">" + base64(std::string_view(packed).substr(at, kChunkBytes)) + "</script>\n";
  }
  return out;
}

}  // namespace reactortrack::cli
