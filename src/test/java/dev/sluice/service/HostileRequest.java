package dev.sluice.service;

import java.util.Random;

/**
 * HTTP/1.1 requests that no client should send, put together at random. None is among them that
 * servers reject before any application: {@code *} as a target, {@code /WEB-INF}, {@code %00}.
 */
final class HostileRequest {

  private static final String[] METHODS = {
    "GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "BREW", "get", "QUERY"
  };

  private static final String[] PATHS = {
    "/",
    "/failing",
    "/failing/number/1",
    "/failing/number/x",
    "/failing/unavailable",
    "/no-such-thing",
    "/error",
    "/background-task/x",
    "/%zz",
    "//",
    "/./..",
    "/;a=b",
    "/failing;x/number;y/1",
    "/failing/number/99999999999999999999",
    "/%ff%fe",
    "/tasks/",
    "/tasks/x",
    "http://other/failing"
  };

  private static final String[] QUERIES = {
    "", "?", "?q", "?q=%", "?q=%zz&q=1", "?%ff=%ff", "?q=a+b&&&=", "?q=\u00e9"
  };

  private static final String[] NAMES = {
    "Accept",
    "Accept-Charset",
    "Accept-Encoding",
    "Accept-Language",
    "Authorization",
    "Cache-Control",
    "Content-Type",
    "Cookie",
    "If-Match",
    "If-Modified-Since",
    "If-None-Match",
    "If-Range",
    "If-Unmodified-Since",
    "Forwarded",
    "Origin",
    "Pragma",
    "Prefer",
    "Range",
    "Referer",
    "TE",
    "X-Forwarded-For",
    "X-HTTP-Method-Override",
    "X-Long"
  };

  private static final String[] VALUES = {
    "",
    ";",
    ",",
    "/",
    "*/*",
    "*",
    "a",
    "a/b",
    "a/b;q=2",
    "a/b;q=x",
    "a/b;;",
    "\"",
    "\"a",
    "W/\"",
    "W/",
    "=",
    "a=b=c",
    "bytes=1-0,-",
    "max-age=-1",
    "max-age=99999999999999999999",
    "no-cache=\"",
    "Basic %%%",
    "Bearer ",
    "for=\"[::",
    "1.2.3.4.5",
    "::::",
    "Mon, 99 Foo 2026 99:99:99 GMT",
    "-1",
    "\u00e9\u00ff",
    "a\tb",
    "${jndi:x}",
    "<script>",
    "a".repeat(5000),
    "a,".repeat(1000),
    "utf-8;q=9",
    "x-\u0001"
  };

  private HostileRequest() {}

  static String next(Random random) {
    StringBuilder request = new StringBuilder();
    request.append(any(METHODS, random)).append(' ');
    request.append(any(PATHS, random)).append(any(QUERIES, random)).append(" HTTP/1.1\r\n");
    request.append("Host: x\r\nConnection: close\r\n");
    for (int fields = random.nextInt(4); fields > 0; fields--) {
      request.append(any(NAMES, random)).append(": ").append(any(VALUES, random)).append("\r\n");
    }
    String body = random.nextInt(4) == 0 ? "{\"a\":" : "";
    return request.append("Content-Length: ").append(body.length()).append("\r\n\r\n") + body;
  }

  private static String any(String[] choices, Random random) {
    return choices[random.nextInt(choices.length)];
  }
}
