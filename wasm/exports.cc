// SPDX-License-Identifier: MIT
#include "wasm/exports.h"

#include <algorithm>
#include <cstddef>
#include <memory>
#include <vector>

#ifdef __wasm__
#define RT_EXPORT(name) extern "C" __attribute__((export_name(#name)))
#else
#define RT_EXPORT(name) extern "C"
#endif

namespace {

// The recording's bytes. Grows by half, so that a stream of unknown length is not moved too often.
struct Session {
  std::vector<std::byte> bytes;
  std::size_t used = 0;
  bool finished = false;
};

std::unique_ptr<Session> session = std::make_unique<Session>();

}  // namespace

RT_EXPORT(rt_open) void rt_open(std::uint32_t expected_bytes) {
  session.reset();  // before the new one: memory never shrinks
  session = std::make_unique<Session>();
  session->bytes.resize(expected_bytes);
}

RT_EXPORT(rt_room) std::uint8_t* rt_room(std::uint32_t size) {
  const std::size_t wanted = session->used + size;
  if (wanted > session->bytes.size())
    session->bytes.resize(std::max(wanted, session->bytes.size() + session->bytes.size() / 2));
  return reinterpret_cast<std::uint8_t*>(session->bytes.data() + session->used);
}

RT_EXPORT(rt_append) void rt_append(std::uint32_t size) {
  session->used = std::min(session->used + size, session->bytes.size());
}

RT_EXPORT(rt_finish) void rt_finish(void) { session->finished = true; }
