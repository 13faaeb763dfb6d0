package dev.sluice.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testing.PayaraMicro;
import dev.sluice.testing.ServiceWar;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A deployment with wrong declarations fails, and says all that is wrong at once. */
@Tag("payara")
class WrongDeclarationsIT {

  @Test
  void reportsEveryMistakeWithPlaceAndValue() {
    try (PayaraMicro server =
        PayaraMicro.start(
            Map.of(), ServiceWar.with(Map.of(), WrongCaches.class, WrongInterface.class))) {
      assertThat(server.log())
          .contains(
              "@Cached on WrongCaches.post: POST is not cacheable (expected GET or HEAD)",
              "@Cached on WrongCaches.never: expire = 0 is out of range (expected 1 to 31536000",
              "@Cached on WrongCaches.forever: expire = 31536001 is out of range",
              "@Cached on WrongCaches.forever: negativeExpire = -1 is out of range",
              "@Cached on WrongCaches.ofClass: a private, static or final method",
              "@Cached on WrongCaches.uri: a @Context parameter brings in what is not in the key",
              "@Cached on WrongCaches.tenant: {tenant} is in the path but not in the key",
              "@Cached on WrongCaches.tags: tag \"a:{b}\" names {b}, which no parameter is called",
              "@Cached on WrongCaches.tags: vary \"not a name\"",
              "a key cannot hold \"java.lang.Object",
              "cache \"shared\" is declared with other members",
              "cannot be read back from JSON",
              "@Cached on WrongCaches.secret: a private, static or final method",
              "@Cached on WrongCaches.named: \"a name\" is not a name",
              "@CacheEvict on WrongCaches.nothing: names nothing to evict",
              "@CacheEvict on WrongCaches.nowhere: there is no cache \"nowhere\"",
              "@CacheEvict on WrongCaches.many: the arguments [long, String] are not the key",
              "@Cached on WrongInterface.ofInterface: has no effect on an interface");
    }
  }
}
