package dev.sluice;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What README and pages say of files, headings and classes; {@code .ci/readme} runs their commands.
 */
class DocumentationTest {

  private static final Path README = Path.of("README.md");
  private static final Path PAGES = Path.of("src/site/markdown");
  private static final Pattern LINK = Pattern.compile("]\\(([^)\\s]+)\\)");
  private static final Pattern HEADING = Pattern.compile("(?m)^#+ (.*)$");
  private static final Pattern NAME = Pattern.compile("`([A-Z]\\w*[a-z]\\w*|\\w+\\.lua)`");

  static List<Path> documents() throws IOException {
    try (Stream<Path> pages = Files.list(PAGES)) {
      return Stream.concat(Stream.of(README), pages).sorted().toList();
    }
  }

  @Test
  void readmeHasAtMost1200Words() throws IOException {
    assertThat(Files.readString(README).strip().split("\\s+")).hasSizeLessThanOrEqualTo(1_200);
  }

  @Test
  void readmeLinksEveryPage() throws IOException {
    assertThat(links(README).map(link -> Path.of(link.replaceFirst("#.*", ""))))
        .containsAll(documents().stream().filter(page -> page.startsWith(PAGES)).toList());
  }

  @Test
  void readmeExampleEqualsHostApplication() throws IOException {
    String source =
        Files.readString(Path.of("src/it/plain/src/main/java/org/example/ProductResource.java"));
    assertThat(Files.readString(README)).contains("```java\n" + source + "```");
  }

  @ParameterizedTest
  @MethodSource("documents")
  void everyLinkHasItsFileAndHeading(Path document) throws IOException {
    for (String link : links(document).toList()) {
      String[] parts = link.split("#", 2);
      Path target = parts[0].isEmpty() ? document : document.resolveSibling(parts[0]);
      assertThat(target).as(link).exists();
      if (parts.length == 2) {
        assertThat(document).as("%s: a site calls headings otherwise", link).isEqualTo(README);
        assertThat(anchors(target)).as(link).contains(parts[1]);
      }
    }
  }

  @Test
  void typesAndScriptsNamedByArchitecturePageExist() throws IOException {
    Set<String> names;
    try (Stream<Path> files = Files.walk(Path.of("src"))) {
      names =
          files
              .map(file -> file.getFileName().toString().replace(".java", ""))
              .collect(Collectors.toSet());
    }
    assertThat(names).containsAll(found(NAME, PAGES.resolve("architecture.md")).toList());
  }

  /** Those that stay in the repository. */
  private static Stream<String> links(Path document) throws IOException {
    return found(LINK, document).filter(link -> !link.startsWith("http"));
  }

  private static List<String> anchors(Path document) throws IOException {
    return found(HEADING, document)
        .map(title -> title.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9 _-]", ""))
        .map(title -> title.replace(' ', '-'))
        .toList();
  }

  private static Stream<String> found(Pattern pattern, Path document) throws IOException {
    List<MatchResult> matches = pattern.matcher(Files.readString(document)).results().toList();
    return matches.stream().map(match -> match.group(1));
  }
}
