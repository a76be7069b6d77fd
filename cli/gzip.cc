// SPDX-License-Identifier: MIT
#include "cli/gzip.h"

#include <zlib.h>

#include <algorithm>
#include <climits>

namespace reactortrack::cli {

namespace {

constexpr int kGzipWindow = 15 + 16;  // the largest window, in the gzip format
constexpr std::size_t kStepBytes = 256 << 10;

// zlib counts in 32 bits: hands over the next part of `*rest`.
void feed(z_stream* stream, std::string_view* rest) {
  if (stream->avail_in != 0 || rest->empty()) return;
  const std::size_t size = std::min<std::size_t>(rest->size(), UINT_MAX / 2);
  // zlib's next_in is not const in old versions, but only read.
  stream->next_in = reinterpret_cast<Bytef*>(const_cast<char*>(rest->data()));
  stream->avail_in = static_cast<uInt>(size);
  rest->remove_prefix(size);
}

// Runs `step` until it says that the stream has ended. Empty after an error.
template <class Step>
std::string run(z_stream* stream, std::string_view rest, Step step) {
  std::string out;
  int status = Z_OK;
  while (status == Z_OK || status == Z_BUF_ERROR) {
    feed(stream, &rest);
    const std::size_t filled = out.size();
    out.resize(filled + kStepBytes);
    stream->next_out = reinterpret_cast<Bytef*>(out.data() + filled);
    stream->avail_out = static_cast<uInt>(kStepBytes);
    status = step(stream, rest.empty());
    out.resize(out.size() - stream->avail_out);
    if (status == Z_BUF_ERROR && rest.empty() && stream->avail_in == 0) break;  // cut short
  }
  return status == Z_STREAM_END ? out : "";
}

}  // namespace

std::string gzip(std::string_view bytes, int level) {
  z_stream stream{};
  if (deflateInit2(&stream, level, Z_DEFLATED, kGzipWindow, 8, Z_DEFAULT_STRATEGY) != Z_OK)
    return "";
  std::string out = run(&stream, bytes, [](z_stream* each, bool is_last) {
    return deflate(each, is_last ? Z_FINISH : Z_NO_FLUSH);
  });
  deflateEnd(&stream);
  return out;
}

std::string gunzip(std::string_view compressed) {
  z_stream stream{};
  if (inflateInit2(&stream, kGzipWindow) != Z_OK) return "";
  std::string out =
      run(&stream, compressed, [](z_stream* each, bool) { return inflate(each, Z_NO_FLUSH); });
  inflateEnd(&stream);
  return out;
}

}  // namespace reactortrack::cli
