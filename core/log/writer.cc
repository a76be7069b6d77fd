// SPDX-License-Identifier: MIT
#include "core/log/writer.h"

#include <cstring>

namespace reactortrack::log {

std::string_view clip_text(std::string_view text, bool* cut) {
  *cut = text.size() > kMaxTextBytes;
  if (!*cut) return text;
  std::size_t size = kMaxTextBytes - 3;
  while (size > 0 && (static_cast<unsigned char>(text[size]) & 0xC0) == 0x80) --size;
  return text.substr(0, size);
}

namespace {

void put_text(Encoder* encoder, std::string_view text) {
  bool cut = false;
  const std::string_view kept = clip_text(text, &cut);
  if (!cut) return encoder->put(kept);
  char clipped[kMaxTextBytes];
  std::memcpy(clipped, kept.data(), kept.size());
  std::memcpy(clipped + kept.size(), "...", 3);
  encoder->put(std::string_view(clipped, kept.size() + 3));
}

}  // namespace

void Writer::start_numbering() {
  context_ = Context{};
  strings_ = sites_ = stacks_ = callables_ = 0;
}

void Writer::start(unsigned char flags) {
  start_numbering();
  unsigned char header[kHeaderBytes] = {};
  std::memcpy(header, kMagic, sizeof(kMagic));
  header[8] = kFormatVersion & 0xFF;
  header[9] = kFormatVersion >> 8;
  header[10] = flags;
  for (int byte = 0; byte < 4; ++byte)
    header[12 + byte] = static_cast<unsigned char>(kTimeUnitNs >> (8 * byte));
  std::memcpy(at_, header, sizeof(header));
  at_ += kHeaderBytes;
}

event::StringId Writer::define(const event::String& string) {
  if (room() < kMaxRecordBytes + kMaxTextBytes) return event::StringId::kNone;
  Encoder encoder(at_ + 1, &context_);
  put_text(&encoder, string.text);
  commit(event::EventKind::kString, encoder.at());
  return static_cast<event::StringId>(++strings_);
}

bool Writer::info(std::string_view key, std::string_view value) {
  if (room() < kMaxRecordBytes + 2 * kMaxTextBytes) return false;
  Encoder encoder(at_ + 1, &context_);
  put_text(&encoder, key);
  put_text(&encoder, value);
  commit(event::EventKind::kInfo, encoder.at());
  return true;
}

}  // namespace reactortrack::log
