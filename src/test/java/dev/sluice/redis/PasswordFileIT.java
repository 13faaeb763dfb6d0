package dev.sluice.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.redis.RedisServer.Login;
import dev.sluice.testing.RedisProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.args.ClientType;
import redis.clients.jedis.params.ClientKillParams;

/**
 * {@code sluice.redis.password-file} or a bean: a password that changes while the application runs.
 */
class PasswordFileIT extends WithRedis {

  @TempDir private Path folder;

  private RedisConnection connection(RedisProcess guarded, Path file) {
    return connection(guarded, Login.file(file));
  }

  private RedisConnection connection(RedisProcess guarded, RedisPasswordSource source) {
    RedisUrl url = RedisUrl.parse("redis://127.0.0.1:" + guarded.port());
    RedisServer server = new RedisServer(url, Login.BY_URL.orPassword(source));
    return opened(new RedisConnection(server, RedisUse.CACHES, "test", BUDGET, 4));
  }

  @Test
  void readsThePasswordForEachConnection() throws IOException {
    RedisProcess guarded = opened(RedisProcess.start("--requirepass", "old"));
    Path file = Files.writeString(folder.resolve("password"), "old\n");
    RedisConnection connection = connection(guarded, file);
    assertThat(Outcome.of(connection)).isEqualTo(Outcome.REPLIED);
    Files.writeString(file, "new\n");
    try (Jedis jedis = guarded.connect()) {
      jedis.configSet("requirepass", "new");
      jedis.clientKill(ClientKillParams.clientKillParams().type(ClientType.NORMAL));
      Awaitility.await().until(() -> !jedis.clientList().contains("name=sluice"));
    }
    assertThat(Outcome.of(connection)).isEqualTo(Outcome.REPLIED);
    assertThat(logged).isEmpty();
  }

  @Test
  void asksABeanForEachConnection() {
    AtomicReference<String> password = new AtomicReference<>("old");
    RedisProcess guarded = opened(RedisProcess.start("--requirepass", "old"));
    RedisConnection connection = connection(guarded, password::get);
    assertThat(Outcome.of(connection)).isEqualTo(Outcome.REPLIED);
    password.set("new");
    try (Jedis jedis = guarded.connect()) {
      jedis.configSet("requirepass", "new");
      jedis.clientKill(ClientKillParams.clientKillParams().type(ClientType.NORMAL));
      Awaitility.await().until(() -> !jedis.clientList().contains("name=sluice"));
    }
    assertThat(Outcome.of(connection)).isEqualTo(Outcome.REPLIED);
  }

  @Test
  void isUnavailableWhileTheBeanFails() {
    RedisPasswordSource failing =
        () -> {
          throw new IllegalStateException("sealed");
        };
    assertThatThrownBy(() -> connection(redis, failing).call(jedis -> jedis.get("a")))
        .isInstanceOf(RedisUnavailableException.class)
        .hasMessageContaining("sealed");
  }

  @Test
  void theFileGoesBeforeTheBean() throws IOException {
    RedisProcess guarded = opened(RedisProcess.start("--requirepass", "right"));
    Path file = Files.writeString(folder.resolve("password"), "right");
    Login login = new Login(Optional.empty(), Optional.of(Login.file(file))).orPassword(() -> "");
    RedisServer server =
        new RedisServer(RedisUrl.parse("redis://127.0.0.1:" + guarded.port()), login);
    RedisConnection connection =
        opened(new RedisConnection(server, RedisUse.CACHES, "test", BUDGET, 4));
    assertThat(Outcome.of(connection)).isEqualTo(Outcome.REPLIED);
  }

  @Test
  void saysThatTheFileCannotBeRead() {
    RedisConnection connection = connection(redis, folder.resolve("missing"));
    assertThatThrownBy(() -> connection.call(jedis -> jedis.get("a")))
        .isInstanceOf(RedisUnavailableException.class)
        .hasMessageContaining("missing");
  }
}
