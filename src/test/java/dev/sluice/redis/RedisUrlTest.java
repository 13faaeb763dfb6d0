package dev.sluice.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.redis.RedisUrl.Address;
import dev.sluice.redis.RedisUrl.Credentials;
import dev.sluice.redis.RedisUrl.Topology;
import dev.sluice.redis.RedisUrl.Transport;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RedisUrlTest {

  @Test
  void readsEveryPart() {
    RedisUrl url = RedisUrl.parse("rediss://me:p%40ss+%25@redis.example.org:6380/3");
    assertThat(url)
        .isEqualTo(
            new RedisUrl(
                Topology.SERVER,
                Transport.TLS,
                Optional.of(new Credentials(Optional.of("me"), "p@ss+%")),
                List.of(new Address("redis.example.org", 6380)),
                Optional.empty(),
                3));
  }

  @Test
  void readsSentinelsAndTheNameOfThePrimary() {
    RedisUrl url = RedisUrl.parse("redis+sentinel://:secret@s1:26380,s_2,[::1]:1/my-primary/3");
    assertThat(url)
        .isEqualTo(
            new RedisUrl(
                Topology.SENTINELS,
                Transport.TCP,
                Optional.of(new Credentials(Optional.empty(), "secret")),
                List.of(
                    new Address("s1", 26380), new Address("s_2", 26379), new Address("[::1]", 1)),
                Optional.of("my-primary"),
                3));
    assertThat(url).hasToString("my-primary of Sentinels s1:26380,s_2:26379,[::1]:1");
    assertThat(RedisUrl.parse("rediss+sentinel://s/p").transport()).isEqualTo(Transport.TLS);
  }

  @Test
  void readsNodesOfACluster() {
    RedisUrl url = RedisUrl.parse("rediss+cluster://n1,n2:7000/");
    assertThat(url)
        .isEqualTo(
            new RedisUrl(
                Topology.CLUSTER,
                Transport.TLS,
                Optional.empty(),
                List.of(new Address("n1", 6379), new Address("n2", 7000)),
                Optional.empty(),
                0));
    assertThat(url).hasToString("n1:6379,n2:7000");
  }

  @ParameterizedTest
  @CsvSource({
    "redis://my_redis, my_redis:6379", // a service of Docker Swarm
    "redis://tasks.my_redis:1/, tasks.my_redis:1",
    "redis://[::1]:7000, [::1]:7000",
    "redis://10.0.0.1, 10.0.0.1:6379",
    "redis://:secret@host/15, host:6379"
  })
  void namesHostAndPort(String url, String name) {
    assertThat(RedisUrl.parse(url)).hasToString(name);
  }

  @ParameterizedTest
  @CsvSource({
    "redis://secret@host, expected user:password or :password before the @",
    "redis://h:70000, with a port from 1 to 65535",
    "redis://h:, expected redis://",
    "redis://, expected redis://",
    "redis://h/x, expected a database number",
    "redis://:%zz@h, expected %25 for a %",
    "redis+sentinel://s, expected the name of the primary",
    "'redis+sentinel://s1,/p', expected redis://",
    "redis+sentinel://s/p/x, expected a database number",
    "redis+cluster://h/1, expected nothing after the nodes of Redis Cluster",
    "http://h, expected redis://",
    "h:6379, expected redis://"
  })
  void saysWhatIsWrongWithoutTheText(String url, String message) {
    assertThatThrownBy(() -> RedisUrl.parse(url))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message)
        .satisfies(thrown -> assertThat(thrown.getMessage()).doesNotContain("secret", "zz"));
  }

  @Test
  void showsNoPassword() {
    Credentials credentials = new Credentials(Optional.of("me"), "secret");
    assertThat(credentials.toString()).doesNotContain("secret");
  }
}
