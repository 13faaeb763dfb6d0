package dev.sluice.redis;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.function.Supplier;

/**
 * A socket on which connecting, reading and writing all end at the calling thread's deadline. A
 * plain socket knows a time-out for each read only: a peer that sends a byte now and then, or takes
 * none, could hold a thread for ever.
 *
 * <p>Serves one thread at a time. With no deadline set it does not wait at all.
 */
final class DeadlineSocket extends Socket {

  private static final int LARGEST_WRITE = 128 << 10;

  /** A call of so many bytes may be late for its size alone. */
  private static final int LARGE = 1 << 20;

  private static final ThreadLocal<Deadline> DEADLINE = new ThreadLocal<>();

  /** The deadline of a call, and the bytes that have passed before it. Times are nanoseconds. */
  private static final class Deadline {
    private final long start = System.nanoTime();
    private final long budget;
    private long moved;
    private boolean deferring;
    private boolean interrupted;

    Deadline(long budget) {
      this.budget = budget;
    }

    long left() {
      return start + budget - System.nanoTime();
    }
  }

  private final SocketChannel channel;
  private final Selector selector;
  private final SelectionKey key;
  private final InputStream in = new In();
  private final OutputStream out = new Out();

  /**
   * Connects before the calling thread's deadline.
   *
   * @throws SocketTimeoutException if that did not work in time
   */
  DeadlineSocket(InetSocketAddress address) throws IOException {
    channel = SocketChannel.open();
    selector = Selector.open();
    try {
      channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
      channel.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
      channel.configureBlocking(false);
      key = channel.register(selector, 0);
      boolean connected = channel.connect(address);
      while (!connected) {
        await(SelectionKey.OP_CONNECT);
        connected = channel.finishConnect();
      }
    } catch (IOException | RuntimeException e) {
      close();
      throw e;
    }
  }

  /**
   * Everything that this thread does on such sockets from now on has to end within {@code budget}.
   */
  static void startDeadline(Duration budget) {
    DEADLINE.set(new Deadline(budget.toNanos()));
  }

  /** Runs a call with a deadline; with that of the call around it, if there is one. */
  static <T> T within(Duration budget, Supplier<T> call) {
    if (DEADLINE.get() != null) {
      return call.get();
    }
    startDeadline(budget);
    try {
      return call.get();
    } finally {
      endDeadline();
    }
  }

  static void endDeadline() {
    Deadline deadline = DEADLINE.get();
    DEADLINE.remove();
    if (deadline != null && deadline.interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Returns the time until this thread's deadline; not more than 0 if it is over. */
  static long nanosLeft() {
    Deadline deadline = DEADLINE.get();
    return deadline == null ? 0 : deadline.left();
  }

  /**
   * From now on interrupts of this thread do not end its waits, but stay for after the deadline.
   */
  static void deferInterrupts() {
    Deadline deadline = DEADLINE.get();
    if (deadline != null) {
      deadline.deferring = true;
    }
  }

  /** Runs an action that has to end in half the time that is left until the deadline. */
  static <T> T inHalfTheTime(Supplier<T> action) {
    Deadline whole = DEADLINE.get();
    DEADLINE.set(new Deadline(whole == null ? 0 : whole.left() / 2));
    try {
      return action.get();
    } finally {
      DEADLINE.set(whole);
    }
  }

  /**
   * Returns how many bytes this thread has sent and received since its deadline was set, if the
   * deadline is over and they are so many that the call was late for its size. Otherwise returns 0.
   */
  static long movedWithoutEnd() {
    Deadline deadline = DEADLINE.get();
    return deadline != null && deadline.left() <= 0 && deadline.moved >= LARGE ? deadline.moved : 0;
  }

  /**
   * Whether the peer has neither closed the connection nor sent anything that was not read. Does
   * not wait, and spoils a connection on which something has arrived.
   */
  boolean isQuiet() {
    try {
      return channel.read(ByteBuffer.allocate(1)) == 0;
    } catch (IOException e) {
      return false;
    }
  }

  private static void move(int bytes) {
    Deadline deadline = DEADLINE.get();
    if (deadline != null && bytes > 0) {
      deadline.moved += bytes;
    }
  }

  private void await(int operation) throws IOException {
    key.interestOps(operation);
    Deadline deadline = DEADLINE.get();
    long nanos = deadline == null ? 0 : deadline.left();
    if (nanos <= 0) {
      throw new SocketTimeoutException("The time budget of the call is used up");
    }
    selector.select(nanos / 1_000_000 + 1);
    selector.selectedKeys().clear();
    if (!Thread.currentThread().isInterrupted()) {
      return;
    }
    if (!deadline.deferring) {
      throw new SocketTimeoutException("Interrupted");
    }
    deadline.interrupted = Thread.interrupted();
  }

  private final class In extends InputStream {

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      ByteBuffer buffer = ByteBuffer.wrap(bytes, offset, length);
      int n = channel.read(buffer);
      while (n == 0 && length > 0) {
        await(SelectionKey.OP_READ);
        n = channel.read(buffer);
      }
      move(n);
      return n;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }
  }

  private final class Out extends OutputStream {

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      for (int at = offset; at < offset + length; ) {
        // In pieces: a channel copies all that it is offered, whether or not the peer takes it.
        int piece = Math.min(LARGEST_WRITE, offset + length - at);
        int n = channel.write(ByteBuffer.wrap(bytes, at, piece));
        if (n == 0) {
          await(SelectionKey.OP_WRITE);
        }
        move(n);
        at += n;
      }
    }

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }
  }

  @Override
  public InputStream getInputStream() {
    return in;
  }

  @Override
  public OutputStream getOutputStream() {
    return out;
  }

  /** Ignored: the deadline is what holds. */
  @Override
  public void setSoTimeout(int millis) {}

  @Override
  public int getSoTimeout() {
    return 0;
  }

  @Override
  public boolean isConnected() {
    return channel.isConnected();
  }

  @Override
  public boolean isBound() {
    return channel.isConnected();
  }

  @Override
  public boolean isClosed() {
    return !channel.isOpen();
  }

  @Override
  public boolean isInputShutdown() {
    return isClosed();
  }

  @Override
  public boolean isOutputShutdown() {
    return isClosed();
  }

  @Override
  public SocketChannel getChannel() {
    return channel;
  }

  @Override
  public InetAddress getInetAddress() {
    return channel.socket().getInetAddress();
  }

  @Override
  public int getPort() {
    return channel.socket().getPort();
  }

  @Override
  public InetAddress getLocalAddress() {
    return channel.socket().getLocalAddress();
  }

  @Override
  public int getLocalPort() {
    return channel.socket().getLocalPort();
  }

  @Override
  public SocketAddress getRemoteSocketAddress() {
    return channel.socket().getRemoteSocketAddress();
  }

  @Override
  public SocketAddress getLocalSocketAddress() {
    return channel.socket().getLocalSocketAddress();
  }

  @Override
  public synchronized void close() throws IOException {
    try (selector) {
      channel.close();
    }
  }
}
