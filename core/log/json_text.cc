// SPDX-License-Identifier: MIT
#include "core/log/json_text.h"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <limits>

namespace reactortrack::log {
namespace {

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

constexpr std::uint32_t kReplacement = 0xFFFD;

void append_utf8(std::uint32_t code, std::string* out) {
  if (code >= 0xD800 && code < 0xE000) code = kReplacement;
  const auto put = [out](std::uint32_t byte) { *out += static_cast<char>(byte); };
  const auto follow = [&](unsigned shift) { put(0x80 | (code >> shift & 0x3F)); };
  if (code < 0x80) return put(code);
  if (code < 0x800) {
    put(0xC0 | code >> 6);
  } else if (code < 0x10000) {
    put(0xE0 | code >> 12);
    follow(6);
  } else {
    put(0xF0 | code >> 18);
    follow(12);
    follow(6);
  }
  follow(0);
}

// The character at `*at`, which moves behind it; U+FFFD for a byte that begins no valid one.
std::uint32_t next_character(std::string_view text, std::size_t* at) {
  const auto byte = [&](std::size_t i) {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0u;
  };
  const std::uint32_t first = byte((*at)++);
  const unsigned more = first >= 0xF0 && first < 0xF8   ? 3
                        : first >= 0xE0 && first < 0xF0 ? 2
                        : first >= 0xC0 && first < 0xE0 ? 1
                                                        : 0;
  if (more == 0) return first < 0x80 ? first : kReplacement;
  std::uint32_t code = first & (0x3Fu >> more);
  for (unsigned i = 0; i < more; ++i) {
    const std::uint32_t next = byte(*at + i);
    if ((next & 0xC0) != 0x80) return kReplacement;
    code = code << 6 | (next & 0x3F);
  }
  static constexpr std::uint32_t kSmallest[] = {0, 0x80, 0x800, 0x10000};
  if (code < kSmallest[more] || code > 0x10FFFF || (code >= 0xD800 && code < 0xE000))
    return kReplacement;
  *at += more;
  return code;
}

// Walks over a text. Each step says whether what it wants stood there; after a `false`, at_end()
// tells a text that is cut from one that is broken.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) {}

  bool at_end() const { return at_ >= text_.size(); }
  std::size_t at() const { return at_; }
  char peek() const { return at_end() ? '\0' : text_[at_]; }
  std::string_view since(std::size_t start) const { return text_.substr(start, at_ - start); }

  void skip_spaces() {
    while (!at_end() && is_space(text_[at_])) ++at_;
  }
  bool take(char c) {
    if (at_end() || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  bool word(std::string_view expected) {
    for (const char c : expected)
      if (!take(c)) return false;
    return true;
  }
  bool digits() {
    const std::size_t start = at_;
    while (is_digit(peek())) ++at_;
    return at_ > start;
  }
  bool number();
  bool string(std::string* decoded);
  // A string and the colon behind it, with spaces around them.
  bool key(std::string* decoded);
  bool value(JsonValue* value);

 private:
  bool nested();
  bool escape(std::string* decoded);
  bool hex4(std::uint32_t* code);
  bool unicode_escape(std::string* decoded);
  bool scalar(JsonValue* value);

  std::string_view text_;
  std::size_t at_ = 0;
};

bool Scanner::number() {
  take('-');
  if (!take('0') && !digits()) return false;
  if (take('.') && !digits()) return false;
  if (take('e') || take('E')) {
    if (!take('+')) take('-');
    if (!digits()) return false;
  }
  return true;
}

bool Scanner::hex4(std::uint32_t* code) {
  *code = 0;
  for (int i = 0; i < 4; ++i, ++at_) {
    const char c = peek();
    std::uint32_t digit = 0;
    if (is_digit(c))
      digit = static_cast<std::uint32_t>(c - '0');
    else if (c >= 'a' && c <= 'f')
      digit = static_cast<std::uint32_t>(c - 'a' + 10);
    else if (c >= 'A' && c <= 'F')
      digit = static_cast<std::uint32_t>(c - 'A' + 10);
    else
      return false;
    *code = *code << 4 | digit;
  }
  return true;
}

// After `\u`. A pair of surrogates is one character; a lone one becomes U+FFFD.
bool Scanner::unicode_escape(std::string* decoded) {
  std::uint32_t code = 0;
  if (!hex4(&code)) return false;
  if (code >= 0xD800 && code < 0xDC00 && peek() == '\\') {
    const std::size_t before = at_;
    std::uint32_t low = 0;
    ++at_;
    if (at_end()) return false;
    if (take('u')) {
      if (!hex4(&low)) return false;
      if (low >= 0xDC00 && low < 0xE000)
        code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
      else
        at_ = before;
    } else {
      at_ = before;
    }
  }
  append_utf8(code, decoded);
  return true;
}

bool Scanner::escape(std::string* decoded) {
  if (at_end()) return false;
  const char c = text_[at_];
  static constexpr std::string_view kLetters = "\"\\/bfnrt";
  static constexpr std::string_view kMeanings = "\"\\/\b\f\n\r\t";
  const std::size_t found = kLetters.find(c);
  if (found == std::string_view::npos) return take('u') && unicode_escape(decoded);
  ++at_;
  *decoded += kMeanings[found];
  return true;
}

bool Scanner::string(std::string* decoded) {
  decoded->clear();
  if (!take('"')) return false;
  while (!at_end()) {
    const std::size_t start = at_;
    while (!at_end() && text_[at_] != '"' && text_[at_] != '\\' &&
           static_cast<unsigned char>(text_[at_]) >= 0x20)
      ++at_;
    decoded->append(since(start));
    if (take('"')) return true;
    if (!take('\\') || !escape(decoded)) return false;
  }
  return false;
}

bool Scanner::key(std::string* decoded) {
  skip_spaces();
  if (!string(decoded)) return false;
  skip_spaces();
  return take(':');
}

// Fills the type, and the text of a string; the rest of the texts is for value().
bool Scanner::scalar(JsonValue* value) {
  switch (peek()) {
    case '"': value->type = JsonValue::kString; return string(&value->text);
    case 'n': value->type = JsonValue::kNull; return word("null");
    case 't': value->type = JsonValue::kTrue; return word("true");
    case 'f': value->type = JsonValue::kFalse; return word("false");
    default: value->type = JsonValue::kNumber; return number();
  }
}

// An array or object of any shape: checked, not kept.
bool Scanner::nested() {
  std::string closers;  // of what is open
  JsonValue scratch;
  bool want_value = true;
  while (want_value || !closers.empty()) {
    skip_spaces();
    if (!want_value) {
      if (take(closers.back())) {
        closers.pop_back();
        continue;
      }
      if (!take(',') || (closers.back() == '}' && !key(&scratch.text))) return false;
      want_value = true;
      continue;
    }
    const bool is_object = peek() == '{';
    want_value = false;
    if (!take('{') && !take('[')) {
      if (!scalar(&scratch)) return false;
      continue;
    }
    if (closers.size() == JsonObject::kMaxDepth) return false;
    closers += is_object ? '}' : ']';
    skip_spaces();
    if (peek() == closers.back()) continue;
    if (is_object && !key(&scratch.text)) return false;
    want_value = true;
  }
  return true;
}

bool Scanner::value(JsonValue* value) {
  skip_spaces();
  const std::size_t start = at_;
  const bool is_nested = peek() == '[' || peek() == '{';
  if (is_nested) value->type = peek() == '[' ? JsonValue::kArray : JsonValue::kObject;
  if (is_nested ? !nested() : !scalar(value)) return false;
  if (value->type != JsonValue::kString) value->text = since(start);
  return true;
}

}  // namespace

JsonObject::Parse JsonObject::parse(std::string_view text, std::string* cause) {
  members_.clear();
  Scanner scanner(text);
  const auto stopped = [&](const char* wanted) {
    if (scanner.at_end()) {
      *cause = "the object does not end";
      return Parse::kCut;
    }
    *cause = std::string(wanted) + " expected at column " + std::to_string(scanner.at() + 1);
    return Parse::kBroken;
  };
  scanner.skip_spaces();
  if (!scanner.take('{')) return stopped("an object in braces is");
  scanner.skip_spaces();
  for (bool more = !scanner.take('}'); more; more = !scanner.take('}')) {
    if (!members_.empty() && !scanner.take(',')) return stopped("a comma or closing brace is");
    Member& member = members_.emplace_back();
    if (!scanner.key(&member.key)) return stopped("a key in quotes and a colon are");
    if (!scanner.value(&member.value)) return stopped("a JSON value is");
    scanner.skip_spaces();
  }
  scanner.skip_spaces();
  if (scanner.at_end()) return Parse::kWhole;
  *cause = "text behind the object, at column " + std::to_string(scanner.at() + 1);
  return Parse::kBroken;
}

const JsonValue* JsonObject::find(std::string_view key) const {
  for (auto each = members_.rbegin(); each != members_.rend(); ++each)
    if (each->key == key) return &each->value;
  return nullptr;
}

std::vector<std::string_view> json_elements(std::string_view array) {
  std::vector<std::string_view> elements;
  Scanner scanner(array);
  JsonValue scratch;
  scanner.take('[');
  scanner.skip_spaces();
  if (scanner.take(']')) return elements;
  do {
    scanner.skip_spaces();
    const std::size_t start = scanner.at();
    if (!scanner.value(&scratch)) break;
    elements.push_back(scanner.since(start));
    scanner.skip_spaces();
  } while (scanner.take(','));
  return elements;
}

std::optional<std::uint64_t> json_unsigned(std::string_view number) {
  std::uint64_t value = 0;
  const char* end = number.data() + number.size();
  const auto [stopped, problem] = std::from_chars(number.data(), end, value);
  if (problem != std::errc{} || stopped != end) return std::nullopt;
  return value;
}

// Exact, unlike a way through floating point: digits are collected, then the decimal point moved.
std::optional<std::int64_t> json_seconds(std::string_view number) {
  constexpr std::uint64_t kMax = std::numeric_limits<std::int64_t>::max();
  const bool negative = number.starts_with('-');
  const std::size_t mantissa_end = std::min(number.find_first_of("eE"), number.size());
  int exponent = 0;
  if (mantissa_end < number.size()) {
    std::string_view power = number.substr(mantissa_end + 1);
    if (power.starts_with('+')) power.remove_prefix(1);
    const auto parsed = std::from_chars(power.data(), power.data() + power.size(), exponent);
    if (parsed.ec != std::errc{}) return std::nullopt;
  }
  std::int64_t point = 9 + std::int64_t{exponent};  // decimal places to move right, for nanoseconds
  std::uint64_t value = 0;
  bool in_fraction = false;
  for (const char c : number.substr(negative ? 1 : 0, mantissa_end - (negative ? 1 : 0))) {
    if (c == '.') {
      in_fraction = true;
      continue;
    }
    if (value > (kMax - 9) / 10) {  // further digits of a fraction are below a nanosecond
      point += in_fraction ? 0 : 1;
      continue;
    }
    value = value * 10 + static_cast<std::uint64_t>(c - '0');
    if (in_fraction) --point;
  }
  for (; point > 0 && value != 0; --point) {
    if (value > kMax / 10) return std::nullopt;
    value *= 10;
  }
  for (; point < 0 && value != 0; ++point) value /= 10;
  return negative ? -static_cast<std::int64_t>(value) : static_cast<std::int64_t>(value);
}

void append_json_string(std::string_view text, std::string* out) {
  static constexpr char kHex[] = "0123456789abcdef";
  const auto unit = [out](std::uint32_t code) {
    *out += "\\u";
    for (int shift = 12; shift >= 0; shift -= 4) *out += kHex[code >> shift & 0xF];
  };
  const auto is_plain = [](char c) { return c >= 0x20 && c < 0x7F && c != '"' && c != '\\'; };
  *out += '"';
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t start = at;
    while (at < text.size() && is_plain(text[at])) ++at;
    out->append(text, start, at - start);
    if (at == text.size()) break;
    const std::uint32_t code = next_character(text, &at);
    if (code == '"' || code == '\\')
      (*out += '\\') += static_cast<char>(code);
    else if (code == '\n')
      *out += "\\n";
    else if (code == '\t')
      *out += "\\t";
    else if (code < 0x10000)
      unit(code);
    else {
      unit(0xD800 + ((code - 0x10000) >> 10));
      unit(0xDC00 + ((code - 0x10000) & 0x3FF));
    }
  }
  *out += '"';
}

void append_json_seconds(std::int64_t ns, int min_decimals, std::string* out) {
  std::uint64_t rest = static_cast<std::uint64_t>(ns);
  if (ns < 0) {
    *out += '-';
    rest = ~rest + 1;
  }
  *out += std::to_string(rest / 1'000'000'000);
  *out += '.';
  char decimals[9];
  std::uint64_t fraction = rest % 1'000'000'000;
  for (int i = 8; i >= 0; --i, fraction /= 10) decimals[i] = static_cast<char>('0' + fraction % 10);
  int count = 9;
  while (count > min_decimals && decimals[count - 1] == '0') --count;
  out->append(decimals, static_cast<std::size_t>(count));
}

}  // namespace reactortrack::log
