package dev.sluice.cache;

import dev.sluice.testing.RedisProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** An nginx that caches the responses of a server, as an operator puts it in front. */
final class NginxProcess implements AutoCloseable {

  private static final String CONFIGURATION =
      """
      daemon off;
      user root; # if it is started by root: its directory is its owner's; else ignored
      error_log stderr;
      pid %1$s/nginx.pid;
      events {}
      http {
        access_log off;
        client_body_temp_path %1$s/body;
        proxy_temp_path %1$s/proxy;
        fastcgi_temp_path %1$s/fastcgi;
        uwsgi_temp_path %1$s/uwsgi;
        scgi_temp_path %1$s/scgi;
        proxy_cache_path %1$s/cache keys_zone=responses:1m;
        server {
          listen 127.0.0.1:%2$d;
          location / {
            proxy_pass http://127.0.0.1:%3$d;
            proxy_http_version 1.1;
            proxy_cache responses;
            proxy_cache_revalidate on;
            add_header X-Proxy $upstream_cache_status;
          }
        }
      }
      """;

  private final Process process;
  private final int port = RedisProcess.freePort();

  private NginxProcess(int server) {
    try {
      Path directory = Files.createTempDirectory("nginx");
      Path configuration = directory.resolve("nginx.conf");
      Files.writeString(configuration, CONFIGURATION.formatted(directory, port, server));
      process =
          new ProcessBuilder(
                  "nginx",
                  "-p",
                  directory.toString(),
                  "-c",
                  configuration.toString(),
                  "-e",
                  "stderr")
              .redirectErrorStream(true)
              .redirectOutput(directory.resolve("output.log").toFile())
              .start();
      Runtime.getRuntime().addShutdownHook(new Thread(process::destroy));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Starts one in front of the server at this port. */
  static NginxProcess before(int server) {
    NginxProcess nginx = new NginxProcess(server);
    Awaitility.await().until(() -> !nginx.process.isAlive() || nginx.isListening());
    if (!nginx.process.isAlive()) {
      throw new IllegalStateException("nginx has ended");
    }
    return nginx;
  }

  private boolean isListening() {
    try (Socket socket = new Socket("127.0.0.1", port)) {
      return socket.isConnected();
    } catch (IOException e) {
      return false;
    }
  }

  int port() {
    return port;
  }

  @Override
  public void close() {
    process.destroy();
    try {
      process.waitFor(10, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
