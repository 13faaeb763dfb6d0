package dev.sluice.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.testing.Certificate;
import dev.sluice.testing.TcpProxy;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.security.NoSuchAlgorithmException;
import javax.net.ssl.SSLContext;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** {@code rediss://}: the same promises through TLS, and nobody but the server that was meant. */
class TlsIT extends WithRedis {

  private static Certificate certificate;

  private final SSLContext usual = usual();
  private TcpProxy secured;

  @BeforeAll
  static void make() {
    certificate = Certificate.of("dns:localhost");
  }

  private static SSLContext usual() {
    try {
      return SSLContext.getDefault();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  @BeforeEach
  void secure() {
    secured = opened(TcpProxy.secured(redis.port(), certificate.server()));
    SSLContext.setDefault(certificate.client());
  }

  @AfterEach
  void reset() {
    SSLContext.setDefault(usual);
  }

  private URI url(String host) {
    return URI.create("rediss://" + host + ":" + secured.port());
  }

  @Test
  void servesAndBoundsTheReply() {
    RedisConnection connection = connection(url("localhost"), 4);
    assertBack(connection); // a JVM's first handshake may take longer than the budget
    connection.call(jedis -> jedis.set("a", "b"));
    assertThat(connection.<String>call(jedis -> jedis.get("a"))).isEqualTo("b");
    redis.freeze();
    assertUnavailableWithinTheBudget(() -> connection.call(jedis -> jedis.get("a")));
    redis.thaw();
    assertBack(connection);
  }

  @Test
  void replacesIdleConnectionsThatWereClosed() throws Exception {
    RedisConnection connection = connection(url("localhost"), 2);
    assertBack(connection); // a JVM's first handshake may take longer than the budget
    logged.clear();
    callOnAll(2, connection);
    secured.cut();
    Awaitility.await().until(() -> redis.connections("sluice").isEmpty());
    callOnAll(2, connection);
    assertThat(logged).isEmpty();
  }

  @Test
  void boundsTheHandshake() throws Exception {
    ServerSocket silent = opened(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()));
    RedisConnection connection =
        connection(URI.create("rediss://localhost:" + silent.getLocalPort()), 4);
    assertUnavailableWithinTheBudget(() -> connection.call(jedis -> jedis.get("a")));
  }

  @Test
  void presentsTheClientCertificateOfTheJvm() {
    secured.requireClientCertificate();
    RedisConnection without = connection(url("localhost"), 4);
    assertThatThrownBy(() -> without.call(jedis -> jedis.get("a")))
        .isInstanceOf(RedisUnavailableException.class);
    SSLContext.setDefault(certificate.server());
    assertBack(connection(url("localhost"), 4));
  }

  @Test
  void trustsNoOtherName() {
    RedisConnection connection = connection(url("127.0.0.1"), 4);
    assertUnavailableWithinTheBudget(() -> connection.call(jedis -> jedis.get("a")));
  }

  @Test
  void trustsNoUnknownCertificate() {
    SSLContext.setDefault(usual);
    RedisConnection connection = connection(url("localhost"), 4);
    assertUnavailableWithinTheBudget(() -> connection.call(jedis -> jedis.get("a")));
  }
}
