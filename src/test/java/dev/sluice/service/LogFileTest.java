package dev.sluice.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class LogFileTest {

  @TempDir Path folder;
  private Path path;
  private LogFile log;

  @BeforeEach
  void open() {
    path = folder.resolve("a/b/log.txt"); // folders that are missing
    log = new LogFile(path);
  }

  @AfterEach
  void close() throws IOException {
    log.close();
  }

  @Test
  void appendsLinesToAnExistingFile() throws IOException {
    Files.createDirectories(path.getParent());
    Files.writeString(path, "before\n");
    log.append("first");
    log.append("zweite, größer");
    assertThat(path).hasContent("before\nfirst\nzweite, größer\n");
  }

  @Test
  void escapesLineBreaksInAMessage() throws IOException {
    log.append("one\nTask started: forged\r\n\u0085\u2028\u2029\f\u000B\tend");
    assertThat(Files.readString(path))
        .isEqualTo(
            "one\\u000aTask started: forged\\u000d\\u000a\\u0085\\u2028\\u2029\\u000c\\u000b\tend\n");
  }

  @Test
  void createsTheFileAgainAfterItWasMovedOrDeleted() throws IOException {
    log.append("first");
    Files.move(path, folder.resolve("rotated.txt"));
    log.append("second");
    assertThat(path).hasContent("second\n");
    Files.delete(path);
    log.append("third");
    assertThat(path).hasContent("third\n");
  }

  @Test
  void startsANewLineAfterATruncatedOne() throws IOException {
    Files.createDirectories(path.getParent());
    Files.writeString(path, "before\ncut sho");
    log.append("first");
    log.append("second");
    assertThat(path).hasContent("before\ncut sho\nfirst\nsecond\n");
  }

  @Test
  @EnabledOnOs(value = OS.LINUX, disabledReason = "only Linux has a device that is always full")
  void appendsAgainAfterDiskHasRoom() throws IOException {
    Files.createDirectories(path.getParent());
    Files.createSymbolicLink(path, Path.of("/dev/full"));
    assertThatThrownBy(() -> log.append("first")).isInstanceOf(IOException.class);
    Files.delete(path);
    Files.writeString(path, "cut sho");
    log.append("first");
    assertThat(path).hasContent("cut sho\nfirst\n");
  }

  @Test
  void namesAPathThatCannotBeWritten() throws IOException {
    Path file = Files.createFile(folder.resolve("file"));
    try (LogFile wrong = new LogFile(file.resolve("log.txt"))) {
      assertThatThrownBy(() -> wrong.append("line"))
          .isInstanceOf(IOException.class)
          .hasMessageContaining(file.toString());
    }
  }

  @Test
  @EnabledOnOs(value = OS.LINUX, disabledReason = "only Linux has a device that is always full")
  void namesTheFileWhenTheDiskIsFull() throws IOException {
    try (LogFile full = new LogFile(Path.of("/dev/full"))) {
      assertThatThrownBy(() -> full.append("line"))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("/dev/full");
    }
  }
}
