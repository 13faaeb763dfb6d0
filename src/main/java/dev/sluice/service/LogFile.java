package dev.sluice.service;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.FileNotFoundException;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;

/**
 * A file that lines are appended to, each in one write at its end ({@code O_APPEND}), so that
 * threads and processes never tear each other's lines. Stays open, and is opened anew when another
 * file, or none, is found under its name. A plain stream, since an interrupt would close a channel
 * under all its users.
 */
final class LogFile implements AutoCloseable {

  private final Path path;
  private final ReadWriteLock lock = new ReentrantReadWriteLock();
  private @Nullable FileOutputStream out;
  private @Nullable Object key;

  LogFile(Path path) {
    this.path = path;
  }

  /**
   * Appends one line; whatever would end it early is written as it would be in a Java literal.
   *
   * @throws IOException if it cannot be written, with the file's name
   */
  void append(String line) throws IOException {
    byte[] bytes = (oneLine(line) + "\n").getBytes(UTF_8);
    try {
      while (!appended(bytes)) {
        open();
      }
    } catch (FileNotFoundException e) {
      throw e; // names the file
    } catch (IOException e) {
      IOException named = new IOException(path + ": " + e.getMessage(), e);
      try {
        close(); // the next open looks for a part of the line
      } catch (IOException again) {
        named.addSuppressed(again);
      }
      throw named;
    }
  }

  private boolean appended(byte[] bytes) throws IOException {
    lock.readLock().lock();
    try {
      if (out == null || !Objects.equals(key, keyNow())) {
        return false;
      }
      out.write(bytes);
      return true;
    } finally {
      lock.readLock().unlock();
    }
  }

  /** What tells this file from others that had or will have its name; "" if there is none. */
  private @Nullable Object keyNow() {
    try {
      return Files.readAttributes(path, BasicFileAttributes.class).fileKey();
    } catch (IOException e) {
      return "";
    }
  }

  private void open() throws IOException {
    lock.writeLock().lock();
    try {
      if (out == null || !Objects.equals(key, keyNow())) {
        close();
        Path folder = path.getParent();
        if (folder != null) {
          Files.createDirectories(folder);
        }
        FileOutputStream opened = new FileOutputStream(path.toFile(), true);
        out = opened;
        key = keyNow();
        if (endsInMidLine()) {
          opened.write('\n');
        }
      }
    } finally {
      lock.writeLock().unlock();
    }
  }

  /** As a write that a full disk, or a crash, has cut short leaves it. */
  private boolean endsInMidLine() throws IOException {
    if (!Files.isRegularFile(path)) {
      return false;
    }
    try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "r")) {
      long length = file.length();
      file.seek(Math.max(0, length - 1));
      return length > 0 && file.read() != '\n';
    }
  }

  private static String oneLine(String line) {
    if (line.chars().noneMatch(LogFile::endsLines)) {
      return line;
    }
    StringBuilder text = new StringBuilder();
    line.chars()
        .forEach(
            c -> {
              if (endsLines(c)) {
                text.append("\\u%04x".formatted(c));
              } else {
                text.append((char) c);
              }
            });
    return text.toString();
  }

  /** Control characters, and Unicode's own line ends. */
  private static boolean endsLines(int c) {
    return (Character.isISOControl(c) && c != '\t') || c == 0x2028 || c == 0x2029;
  }

  @Override
  public void close() throws IOException {
    lock.writeLock().lock();
    try {
      if (out != null) {
        out.close();
        out = null;
      }
    } finally {
      lock.writeLock().unlock();
    }
  }
}
