package dev.sluice.redis;

import dev.sluice.redis.ScriptPipeline.Call;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Connection;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;
import redis.clients.jedis.exceptions.JedisNoScriptException;
import redis.clients.jedis.util.Pool;

/**
 * Runs the scripts of concurrent callers in shared round trips (group commit). A caller that finds
 * no trip under way leads one at once, with its own script. Callers that arrive during a trip wait;
 * then one of them leads the next trip: it sends the scripts of all in one write and reads the
 * replies.
 *
 * <p>The newest leads, since it has the most time left: no reply is given up for which a caller
 * could still wait. A caller whose time is over leaves alone. A long trip delays only its own
 * callers: another caller then leads the next trip beside it.
 */
final class SharedRoundTrips {

  private static final int MOST = 128;

  private final Pool<Connection> pool;
  private final long patienceNanos;
  private final Deque<Caller> waiting = new ArrayDeque<>();

  /** The leader of the latest trip, as long as that runs. Others may still be on theirs. */
  private @Nullable Caller leader;

  /**
   * @param patience how long a caller waits for the end of another's trip before it leads one
   */
  SharedRoundTrips(Pool<Connection> pool, Duration patience) {
    this.pool = pool;
    this.patienceNanos = patience.toNanos();
  }

  /** The connection was lost on a trip that another caller led, who reports it. */
  static final class LostException extends JedisException {
    private static final long serialVersionUID = 1L;

    private final transient RedisError error;

    private LostException(RedisError error) {
      super(error.reason());
      this.error = error;
    }

    RedisError error() {
      return error;
    }
  }

  /** One call, and where it is. Changed by others under the lock, or before {@link #outcome}. */
  private static final class Caller {

    private static final Object NIL = new Object();

    private final Call call;
    private final Thread thread = Thread.currentThread();
    private volatile boolean leads;
    private volatile boolean sent;
    private volatile @Nullable Object outcome;

    Caller(Call call) {
      this.call = call;
    }

    void end(@Nullable Object reply) {
      outcome = reply == null ? NIL : reply;
    }

    @Nullable Object reply() {
      if (outcome instanceof JedisDataException error) {
        throw error;
      } else if (outcome instanceof RedisError lost) {
        throw new LostException(lost);
      }
      return outcome == NIL ? null : outcome;
    }
  }

  /**
   * Runs a script before the calling thread's deadline.
   *
   * @throws LostException if the trip was another's and failed
   * @throws JedisException if this caller's own trip failed, its time is over or it was interrupted
   */
  @Nullable Object run(Call call) {
    Caller me = new Caller(call);
    synchronized (this) {
      if (leader == null) {
        leader = me;
        me.leads = true;
      } else {
        waiting.addLast(me);
      }
    }
    if (!me.leads) {
      awaitTurn(me);
    }
    if (me.outcome == null) {
      lead(me);
    }
    return me.reply();
  }

  private void awaitTurn(Caller me) {
    long patientUntil = System.nanoTime() + patienceNanos;
    while (me.outcome == null && !me.leads) {
      long left = DeadlineSocket.nanosLeft();
      if (left <= 0 || Thread.currentThread().isInterrupted()) {
        leave(me);
        return;
      }
      long patience = me.sent ? left : patientUntil - System.nanoTime();
      if (patience > 0) {
        LockSupport.parkNanos(this, Math.min(left, patience));
      } else {
        leadBesideOthers(me);
      }
    }
  }

  private synchronized void leadBesideOthers(Caller me) {
    if (waiting.remove(me)) {
      leader = me;
      me.leads = true;
    }
  }

  private void leave(Caller me) {
    synchronized (this) {
      waiting.remove(me);
    }
    handOn(me);
    if (me.outcome == null) {
      throw new JedisConnectionException(
          new SocketTimeoutException("The time budget of the call is used up"));
    }
  }

  /** Ends the caller's lead, if it has it. */
  private void handOn(Caller me) {
    Caller next;
    synchronized (this) {
      if (leader != me) {
        return;
      }
      next = waiting.pollLast();
      leader = next;
      if (next == null) {
        return;
      }
      next.leads = true;
    }
    LockSupport.unpark(next.thread);
  }

  private void lead(Caller me) {
    List<Caller> others = List.of();
    try (Connection connection = pool.getResource()) {
      others = takeWaiting(); // when there is a connection to send them on
      if (!others.isEmpty()) {
        DeadlineSocket.deferInterrupts(); // of this caller, which are not the others'
      }
      send(connection, me, others);
    } catch (JedisException e) {
      RedisError error = RedisError.of(e);
      others.forEach(other -> other.end(error));
      throw e;
    } catch (RuntimeException | Error e) {
      RedisError error = new RedisError(RedisError.Kind.NO_REPLY, "the call that it shared failed");
      others.forEach(other -> other.end(error));
      throw e;
    } finally {
      handOn(me);
      others.forEach(other -> LockSupport.unpark(other.thread));
    }
  }

  private synchronized List<Caller> takeWaiting() {
    List<Caller> taken = new ArrayList<>(waiting.size());
    while (!waiting.isEmpty() && taken.size() < MOST) {
      Caller next = waiting.pollFirst();
      next.sent = true;
      taken.add(next);
    }
    return taken;
  }

  private static void send(Connection connection, Caller me, List<Caller> others) {
    List<Caller> all = new ArrayList<>(others.size() + 1);
    all.add(me);
    all.addAll(others);
    boolean whole = false;
    try {
      List<Caller> unknown = new ArrayList<>(0);
      run(connection, all, Command.EVALSHA, unknown);
      if (!unknown.isEmpty()) {
        run(connection, unknown, Command.EVAL, new ArrayList<>(0));
      }
      whole = true;
    } finally {
      if (!whole) {
        connection.setBroken();
      }
    }
  }

  /** Collects the callers whose script Redis does not know; it has not run, and is sent whole. */
  private static void run(
      Connection connection, List<Caller> callers, Command first, List<Caller> unknown) {
    Set<RedisScript> sent = new HashSet<>();
    for (Caller caller : callers) {
      boolean whole = first == Command.EVAL && sent.add(caller.call.script());
      connection.sendCommand(command(caller.call, whole));
    }
    List<Object> replies = connection.getMany(callers.size());
    for (int i = 0; i < replies.size(); i++) {
      if (first == Command.EVALSHA && replies.get(i) instanceof JedisNoScriptException) {
        unknown.add(callers.get(i));
      } else {
        callers.get(i).end(replies.get(i));
      }
    }
  }

  private static CommandArguments command(Call call, boolean whole) {
    CommandArguments command =
        new CommandArguments(whole ? Command.EVAL : Command.EVALSHA)
            .add(whole ? call.script().source() : call.script().sha1())
            .add(call.keys().size());
    call.keys().forEach(command::add);
    call.arguments().forEach(command::add);
    return command;
  }
}
