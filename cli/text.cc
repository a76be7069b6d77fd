// SPDX-License-Identifier: MIT
#include "cli/text.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <array>
#include <cinttypes>
#include <cstdio>
#include <cstdlib>
#include <ctime>

namespace reactortrack::cli {

namespace {

template <class... Arguments>
std::string formatted(const char* format, Arguments... arguments) {
  std::array<char, 96> buffer{};
  const int size = std::snprintf(buffer.data(), buffer.size(), format, arguments...);
  return std::string(buffer.data(), static_cast<std::size_t>(size));
}

// Three digits that count: 1.23, 12.3, 123.
std::string three_digits(double value, const char* unit) {
  const int decimals = value < 9.995 ? 2 : value < 99.95 ? 1 : 0;
  return formatted("%.*f %s", decimals, value, unit);
}

// The length of the UTF-8 character at the start of `text`, or 0 if it is none.
std::size_t character_size(std::string_view text) {
  const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(text[at]); };
  const unsigned char first = byte(0);
  const std::size_t size = first < 0x80   ? 1
                           : first < 0xC2 ? 0
                           : first < 0xE0 ? 2
                           : first < 0xF0 ? 3
                           : first < 0xF5 ? 4
                                          : 0;
  if (size == 0 || size > text.size()) return 0;
  for (std::size_t i = 1; i < size; ++i)
    if ((byte(i) & 0xC0) != 0x80) return 0;
  if (size == 3 && ((first == 0xE0 && byte(1) < 0xA0) || (first == 0xED && byte(1) > 0x9F)))
    return 0;
  if (size == 4 && ((first == 0xF0 && byte(1) < 0x90) || (first == 0xF4 && byte(1) > 0x8F)))
    return 0;
  return size;
}

// C0, DEL and the C1 controls (U+0080 to U+009F).
bool is_control(std::string_view character) {
  const auto first = static_cast<unsigned char>(character[0]);
  if (character.size() == 1) return first < 0x20 || first == 0x7F;
  return first == 0xC2 && static_cast<unsigned char>(character[1]) < 0xA0;
}

}  // namespace

std::string duration_text(std::int64_t ns) {
  if (ns < 0) return "-" + duration_text(-(ns + 1));
  const double value = static_cast<double>(ns);
  if (ns < 1'000) return formatted("%" PRId64 " ns", ns);
  if (value < 999.5e3) return three_digits(value / 1e3, "us");
  if (value < 999.5e6) return three_digits(value / 1e6, "ms");
  if (value < 59.9995e9) return formatted("%.3f s", value / 1e9);
  const std::int64_t seconds = (ns + 500'000'000) / 1'000'000'000;
  if (seconds < 3600)
    return formatted("%" PRId64 " min %02" PRId64 " s", seconds / 60, seconds % 60);
  const std::int64_t minutes = seconds / 60;
  if (minutes < 24 * 60)
    return formatted("%" PRId64 " h %02" PRId64 " min", minutes / 60, minutes % 60);
  const std::int64_t hours = minutes / 60;
  return formatted("%" PRId64 " d %02" PRId64 " h", hours / 24, hours % 24);
}

std::string clock_text(std::int64_t ns) {
  const char* sign = ns < 0 ? "-" : "";
  const std::uint64_t us =
      (ns < 0 ? 0 - static_cast<std::uint64_t>(ns) : static_cast<std::uint64_t>(ns)) / 1000;
  return formatted("%s%" PRIu64 ".%06" PRIu64, sign, us / 1'000'000, us % 1'000'000);
}

std::string count_text(std::uint64_t count) {
  std::string digits = std::to_string(count);
  for (std::size_t at = digits.size(); at > 3; at -= 3) digits.insert(at - 3, ",");
  return digits;
}

std::string plural(std::uint64_t count, std::string_view one, std::string_view many) {
  std::string text = count_text(count) + " ";
  if (count == 1) return text.append(one);
  return many.empty() ? text.append(one).append("s") : text.append(many);
}

std::string size_text(std::uint64_t bytes) {
  const double value = static_cast<double>(bytes);
  if (bytes < 1'000) return plural(bytes, "byte");
  if (value < 999.5e3) return three_digits(value / 1e3, "kB");
  if (value < 999.5e6) return three_digits(value / 1e6, "MB");
  return three_digits(value / 1e9, "GB");
}

std::string date_text(std::int64_t unix_ns) {
  const std::time_t seconds = unix_ns / 1'000'000'000;
  std::tm date{};
  if (gmtime_r(&seconds, &date) == nullptr) return "?";
  std::array<char, 64> buffer{};
  const std::size_t size =
      std::strftime(buffer.data(), buffer.size(), "%Y-%m-%d %H:%M:%S UTC", &date);
  return std::string(buffer.data(), size);
}

std::string clean(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const std::size_t size = character_size(text);
    const std::string_view character = text.substr(0, size == 0 ? 1 : size);
    if (size == 0 || is_control(character)) {
      for (const char byte : character)
        out += formatted("\\x%02x", static_cast<unsigned char>(byte));
    } else {
      out += character;
    }
    text.remove_prefix(character.size());
  }
  return out;
}

std::size_t width_of(std::string_view text) {
  std::size_t width = 0;
  for (const char byte : text) width += (static_cast<unsigned char>(byte) & 0xC0) != 0x80 ? 1 : 0;
  return width;
}

std::string left(std::string_view text, std::size_t width) {
  const std::size_t taken = width_of(text);
  return std::string(text).append(taken < width ? width - taken : 0, ' ');
}

std::string right(std::string_view text, std::size_t width) {
  const std::size_t taken = width_of(text);
  return std::string(taken < width ? width - taken : 0, ' ').append(text);
}

namespace {

void append_wrapped_line(std::string_view line, std::size_t indent, std::size_t width,
                         std::string* out) {
  std::size_t column = 0;
  while (!line.empty()) {
    const std::string_view word = line.substr(0, line.find(' '));
    line.remove_prefix(word.size() + (word.size() < line.size() ? 1 : 0));
    if (column != 0 && column + 1 + width_of(word) > width) {
      *out += '\n';
      column = 0;
    }
    out->append(column == 0 ? indent : 1, ' ').append(word);
    column += width_of(word) + (column == 0 ? indent : 1);
  }
  *out += '\n';
}

}  // namespace

std::string wrapped(std::string_view text, std::size_t indent, std::size_t width) {
  std::string out;
  std::string paragraph;
  const auto end_paragraph = [&] {
    if (!paragraph.empty()) append_wrapped_line(paragraph, indent, width, &out);
    paragraph.clear();
  };
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(line.size() + (line.size() < text.size() ? 1 : 0));
    if (!line.empty() && !line.starts_with(' ')) {
      paragraph.append(paragraph.empty() ? "" : " ").append(line);
      continue;
    }
    end_paragraph();
    out.append(line.empty() ? 0 : indent, ' ').append(line).append("\n");
  }
  end_paragraph();
  return out;
}

std::string_view last_name(std::string_view dotted) {
  constexpr std::string_view kLocals = ".<locals>";
  const std::size_t locals = dotted.find(kLocals);
  const std::size_t dot = dotted.rfind('.', locals == dotted.npos ? dotted.npos : locals - 1);
  if (locals == 0 || dot == dotted.npos) return dotted;
  return dotted.substr(dot + 1);
}

std::string_view short_path(std::string_view path) {
  for (const std::string_view mark : {"/site-packages/", "/dist-packages/"})
    if (const std::size_t at = path.rfind(mark); at != path.npos)
      return path.substr(at + mark.size());
  if (const std::size_t at = path.rfind("/lib/python3"); at != path.npos)
    if (const std::size_t end = path.find('/', at + 12); end != path.npos)
      return path.substr(end + 1);
  const std::size_t last = path.rfind('/');
  if (last == path.npos || last == 0) return path;
  const std::size_t before = path.rfind('/', last - 1);
  return before == path.npos ? path : path.substr(before + 1);
}

bool is_twisted(std::string_view path) {
  return path.find("-packages/twisted/") != path.npos || path.find("/src/twisted/") != path.npos;
}

Style Style::of(int fd) {
  const char* no_color = std::getenv("NO_COLOR");
  const char* term = std::getenv("TERM");
  const bool dumb = term != nullptr && std::string_view(term) == "dumb";
  return Style(is_terminal(fd) && (no_color == nullptr || *no_color == '\0') && !dumb);
}

std::string Style::wrap(std::string_view code, std::string_view text) const {
  if (!coloured_ || text.empty()) return std::string(text);
  return std::string("\x1b[").append(code).append("m").append(text).append("\x1b[0m");
}

bool is_terminal(int fd) { return isatty(fd) == 1; }

std::size_t terminal_width(int fd, std::size_t otherwise) {
  winsize size{};
  if (ioctl(fd, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return otherwise;
  return size.ws_col;
}

}  // namespace reactortrack::cli
