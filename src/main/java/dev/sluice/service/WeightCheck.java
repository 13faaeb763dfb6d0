package dev.sluice.service;

import dev.sluice.http.Problem;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.annotation.WebFilter;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.ws.rs.core.HttpHeaders;
import java.io.IOException;
import java.util.Collections;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Rejects media types whose {@code q} is no weight. Left to them, the implementations of Jakarta
 * REST fail on it in the middle of a request, each at another place.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9110#section-12.4.2">RFC 9110, section 12.4.2</a>
 */
@WebFilter(urlPatterns = "/*", asyncSupported = true)
public class WeightCheck extends HttpFilter {

  private static final long serialVersionUID = 1;

  private static final List<String> FIELDS = List.of(HttpHeaders.ACCEPT, HttpHeaders.CONTENT_TYPE);
  private static final Pattern WEIGHT = Pattern.compile(";\\s*[qQ]\\s*=([^;,]*)");
  private static final Pattern VALID = Pattern.compile("\\s*(0(\\.\\d{0,3})?|1(\\.0{0,3})?)\\s*");

  @Override
  protected void doFilter(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    for (String field : FIELDS) {
      for (String value : Collections.list(request.getHeaders(field))) {
        if (!isValid(value)) {
          Problem.of(400, "The field " + field + " is malformed.").sendTo(response);
          return;
        }
      }
    }
    chain.doFilter(request, response);
  }

  private static boolean isValid(String value) {
    Matcher weight = WEIGHT.matcher(value);
    while (weight.find()) {
      if (!VALID.matcher(weight.group(1)).matches()) {
        return false;
      }
    }
    return true;
  }
}
