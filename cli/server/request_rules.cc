// SPDX-License-Identifier: MIT
#include "cli/server/request_rules.h"

#include <sys/random.h>

#include <algorithm>

namespace reactortrack::cli::server {

namespace {

std::optional<Resource> resource_at(std::string_view target) {
  const std::string_view path = target.substr(0, target.find('?'));
  if (path == "/") return Resource::kPage;
  if (path == "/recording") return Resource::kRecording;
  if (path == "/about") return Resource::kAbout;
  if (path == "/alive") return Resource::kAlive;
  return std::nullopt;
}

bool is_own_origin(std::string_view origin, std::string_view own_host) {
  constexpr std::string_view kScheme = "http://";
  return origin.starts_with(kScheme) && origin.substr(kScheme.size()) == own_host;
}

// A browser that does not say where a request comes from is an old one, or none.
bool may_come_from(const Request& request, bool is_page) {
  if (!request.fetch_site.value) return true;
  const std::string_view site = *request.fetch_site.value;
  if (site == "same-origin" || site == "none") return true;
  // Another port of this machine is "same-site", and as foreign as any other.
  return is_page && request.fetch_mode.value == "navigate" &&
         (!request.fetch_dest.value || request.fetch_dest.value == "document");
}

bool is_authorized(const Header& authorization, std::string_view token) {
  constexpr std::string_view kBearer = "Bearer ";
  if (!authorization.value || authorization.is_repeated) return false;
  const std::string_view value = *authorization.value;
  return !token.empty() && value.starts_with(kBearer) &&
         equal_in_constant_time(value.substr(kBearer.size()), token);
}

}  // namespace

Verdict judge(const Request& request, std::string_view own_host, std::string_view token) {
  if (!request.host.value || request.host.is_repeated)
    return {.status = 400, .cause = "one Host is needed"};
  if (*request.host.value != own_host)
    return {.status = 421, .cause = "this is not the server of that host"};
  if (request.origin.value &&
      (request.origin.is_repeated || !is_own_origin(*request.origin.value, own_host)))
    return {.status = 403, .cause = "other sites may not ask"};
  if (request.fetch_site.is_repeated || request.fetch_mode.is_repeated ||
      request.fetch_dest.is_repeated)
    return {.status = 400, .cause = "a header came twice"};
  const std::optional<Resource> resource = resource_at(request.target);
  if (!may_come_from(request, resource == Resource::kPage))
    return {.status = 403, .cause = "other sites may only open the page"};
  if (request.method != "GET" && request.method != "HEAD")
    return {.status = 405, .cause = "only GET and HEAD"};
  if (!resource) return {.status = 404, .cause = "nothing is here"};
  if (*resource != Resource::kPage && !is_authorized(request.authorization, token))
    return {.status = 401, .cause = "the token is missing or wrong"};
  return {.resource = *resource};
}

bool equal_in_constant_time(std::string_view one, std::string_view other) {
  if (one.size() != other.size()) return false;
  volatile unsigned char difference = 0;  // volatile: no early exit by the compiler
  for (std::size_t i = 0; i < one.size(); ++i)
    difference = static_cast<unsigned char>(difference | (one[i] ^ other[i]));
  return difference == 0;
}

std::string random_token() {
  std::array<unsigned char, 16> bytes{};
  if (getrandom(bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size())) return "";
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string token;
  for (const unsigned char byte : bytes) {
    token += kDigits[byte >> 4];
    token += kDigits[byte & 15];
  }
  return token;
}

}  // namespace reactortrack::cli::server
