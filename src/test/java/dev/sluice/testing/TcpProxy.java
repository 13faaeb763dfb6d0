package dev.sluice.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import javax.net.ServerSocketFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;

/**
 * A proxy between clients and a server on this machine. It can delay or drop replies, close
 * connections, limit the rate, and lead new connections to another server.
 */
public final class TcpProxy implements AutoCloseable {

  private volatile int target;
  private final ServerSocket listener;
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private volatile Duration delay = Duration.ZERO;
  private volatile boolean swallowing;
  private volatile boolean dripping;
  private final AtomicBoolean cutting = new AtomicBoolean();
  private volatile long bytesPerSecond = Long.MAX_VALUE;
  private long freeAt = System.nanoTime();

  private TcpProxy(int target, ServerSocketFactory listeners) {
    try {
      this.target = target;
      this.listener = listeners.createServerSocket(0, 50, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    threads.execute(this::accept);
  }

  /** Returns a proxy on a free port that forwards to {@code port}. */
  public static TcpProxy to(int port) {
    return new TcpProxy(port, ServerSocketFactory.getDefault());
  }

  /** Returns a proxy that clients reach through TLS; it forwards plain TCP to the server. */
  public static TcpProxy secured(int port, SSLContext context) {
    return new TcpProxy(port, context.getServerSocketFactory());
  }

  /** Accepts only clients that present a certificate; of a proxy that they reach through TLS. */
  public void requireClientCertificate() {
    ((SSLServerSocket) listener).setNeedClientAuth(true);
  }

  public int port() {
    return listener.getLocalPort();
  }

  /** The address of Redis through the proxy. */
  public URI redisUrl() {
    return URI.create("redis://127.0.0.1:" + port());
  }

  /** Leads new connections to another port; those that are open stay where they are. */
  public void moveTo(int port) {
    target = port;
  }

  /** Limits what all connections together carry; {@code Long.MAX_VALUE} ends that. */
  public void throttle(long bytes) {
    bytesPerSecond = bytes;
  }

  /** Delays each piece that the server sends. */
  public void delay(Duration each) {
    delay = each;
  }

  /** Drops everything that the server sends, or stops doing so; connections stay open. */
  public void swallow(boolean on) {
    swallowing = on;
  }

  /** Forwards what the server sends byte by byte, each after the delay. */
  public void drip(boolean on) {
    dripping = on;
  }

  /** Drops the server's next reply and closes that connection; others stay open. */
  public void cutAtNextReply() {
    cutting.set(true);
  }

  /** Closes all connections; new ones are accepted. */
  public void cut() {
    sockets.forEach(TcpProxy::close);
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket client = listener.accept();
        Socket server = new Socket(InetAddress.getLoopbackAddress(), target);
        sockets.add(client);
        sockets.add(server);
        threads.execute(() -> pump(client, server, false));
        threads.execute(() -> pump(server, client, true));
      } catch (IOException e) {
        // The server is down, or the test has ended: the client sees a closed connection.
      }
    }
  }

  private void pump(Socket from, Socket to, boolean fromServer) {
    byte[] bytes = new byte[16384];
    try (from;
        to) {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int n = in.read(bytes); n >= 0; n = in.read(bytes)) {
        LockSupport.parkNanos(reserve(n) - System.nanoTime());
        if (!fromServer) {
          out.write(bytes, 0, n);
        } else if (cutting.getAndSet(false)) {
          return;
        } else if (!swallowing) {
          forward(bytes, n, out);
        }
      }
    } catch (IOException e) {
      // The connection was closed.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      sockets.remove(from);
      sockets.remove(to);
    }
  }

  /** Returns when so many bytes have passed, after those of all other connections. */
  private synchronized long reserve(int bytes) {
    long rate = bytesPerSecond;
    long now = System.nanoTime();
    if (rate == Long.MAX_VALUE) {
      return now;
    }
    freeAt = Math.max(freeAt, now) + TimeUnit.SECONDS.toNanos(bytes) / rate;
    return freeAt;
  }

  private void forward(byte[] bytes, int n, OutputStream out)
      throws IOException, InterruptedException {
    int step = dripping ? 1 : n;
    for (int i = 0; i < n; i += step) {
      TimeUnit.NANOSECONDS.sleep(delay.toNanos());
      out.write(bytes, i, Math.min(step, n - i));
      out.flush();
    }
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    try {
      listener.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    cut();
    threads.shutdownNow();
  }
}
